package dev.plimsoll.api.inquiry;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code api-service.yaml}. */
@ConfigurationProperties("plimsoll.api.inquiries")
record InquirySettings(@DefaultValue("256") int maxWaiting) {

    InquirySettings {
        if (maxWaiting < 1) {
            throw new IllegalArgumentException(
                    "plimsoll.api.inquiries: max-waiting must be at least 1");
        }
    }
}
