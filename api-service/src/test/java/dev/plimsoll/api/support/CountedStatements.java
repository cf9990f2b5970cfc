package dev.plimsoll.api.support;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Counts what is sent to the database by JPA and JDBC alike, besides housekeeping. */
public final class CountedStatements implements BeanPostProcessor {
    private static final Set<String> SENDING = Set.of("prepareStatement", "prepareCall");

    private final AtomicInteger count = new AtomicInteger();

    public int during(Runnable work) {
        int before = count.get();
        work.run();
        return count.get() - before;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        return bean instanceof DataSource source ? new Counting(source) : bean;
    }

    private final class Counting extends DelegatingDataSource {
        Counting(DataSource target) {
            super(target);
        }

        @Override
        public Connection getConnection() throws SQLException {
            var connection = super.getConnection();
            return (Connection)
                    Proxy.newProxyInstance(
                            getClass().getClassLoader(),
                            new Class<?>[] {Connection.class},
                            (_, method, arguments) -> {
                                if (SENDING.contains(method.getName())
                                        && !Thread.currentThread().getName().equals("event-feed")
                                        && !arguments[0].toString().contains("last_used_at =")) {
                                    count.incrementAndGet();
                                }
                                try {
                                    return method.invoke(connection, arguments);
                                } catch (InvocationTargetException e) {
                                    throw e.getCause();
                                }
                            });
        }
    }
}
