package dev.plimsoll.agent.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.plimsoll", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule engineKnowsNettyAndTheProtocolOnly =
            classes()
                    .that()
                    .resideInAPackage("dev.plimsoll.agent.engine..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..",
                            "javax.net.ssl..",
                            "io.netty..",
                            "org.jspecify..",
                            "dev.plimsoll.agent.engine..",
                            "dev.plimsoll.agent.protocol..");

    @ArchTest
    static final ArchRule nothingOnThePathLogs =
            noClasses()
                    .that()
                    .resideInAPackage("dev.plimsoll.agent.engine..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.netty.util.internal.logging..", "java.util.logging..");
}
