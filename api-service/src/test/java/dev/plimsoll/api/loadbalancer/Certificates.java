package dev.plimsoll.api.loadbalancer;

/** What specs may carry of certificates. */
final class Certificates {
    /** A CA of nobody, valid for a hundred years; base64 of PEM. */
    static final String CA =
            """
            LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJlekNDQVNHZ0F3SUJBZ0lVTDc1a0ZyMFdE\
            bkllZENMN0ZOZWFWdE1RUjk4d0NnWUlLb1pJemowRUF3SXcKRWpFUU1BNEdBMVVFQXd3SFZHVnpk\
            Q0JEUVRBZ0Z3MHlOakV4TWpFeE1UTXpOVEZhR0E4eU1USTJNVEF5T0RFeApNek0xTVZvd0VqRVFN\
            QTRHQTFVRUF3d0hWR1Z6ZENCRFFUQlpNQk1HQnlxR1NNNDlBZ0VHQ0NxR1NNNDlBd0VICkEwSUFC\
            RUFIOHBGWmhLRk5NUFZXaGhPdzlwcCtLOGNMaWoyOFRhK3YzUjFrakNVa3I1QzFINE5CVGZsb2lJ\
            UVQKZ1cwQVUwV3IvdXZKYkNFZk5KNS9wL3FHWTNHalV6QlJNQjBHQTFVZERnUVdCQlNlN2JYVjlV\
            Z2JYR2x4YmxGZwpyVVJ4QkY2S1hUQWZCZ05WSFNNRUdEQVdnQlNlN2JYVjlVZ2JYR2x4YmxGZ3JV\
            UnhCRjZLWFRBUEJnTlZIUk1CCkFmOEVCVEFEQVFIL01Bb0dDQ3FHU000OUJBTUNBMGdBTUVVQ0lI\
            dnZucFRQdnhxbUJMVk9qWjJJdDFpV1BsYW0KN1BJWFg0QzJJbFVma09aV0FpRUFsMkJ1ZThOSVFo\
            VUlwOFlwOHlTNmh5NlB5VnNpS0pBTi9iaGZ0UVRjVEFzPQotLS0tLUVORCBDRVJUSUZJQ0FURS0t\
            LS0tCg==\
            """;

    private Certificates() {}
}
