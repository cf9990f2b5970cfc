package dev.plimsoll.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The one direction of dependencies, checked where all parts are on one class path. */
@AnalyzeClasses(packages = "dev.plimsoll", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String API = "dev.plimsoll.api..";
    private static final String PROVISIONER = "dev.plimsoll.provisioner..";
    private static final String CONTRACT = "dev.plimsoll.openapi..";
    private static final String DATABASE = "dev.plimsoll.db..";
    private static final String PROTOCOL = "dev.plimsoll.agent.protocol..";
    private static final String STANDALONE = "dev.plimsoll.standalone..";

    @ArchTest
    static final ArchRule apiServiceKnowsContractAndDatabase =
            noClasses()
                    .that()
                    .resideInAPackage(API)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(PROVISIONER, PROTOCOL, STANDALONE);

    @ArchTest
    static final ArchRule provisionerKnowsProtocolAndDatabase =
            noClasses()
                    .that()
                    .resideInAPackage(PROVISIONER)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(API, CONTRACT, STANDALONE);

    @ArchTest
    static final ArchRule databaseKnowsNobody =
            noClasses()
                    .that()
                    .resideInAPackage(DATABASE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(API, PROVISIONER, CONTRACT, PROTOCOL, STANDALONE);

    @ArchTest
    static final ArchRule contractKnowsNobody =
            noClasses()
                    .that()
                    .resideInAPackage(CONTRACT)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(API, PROVISIONER, DATABASE, PROTOCOL, STANDALONE);

    @ArchTest
    static final ArchRule protocolIsPlainJava =
            classes()
                    .that()
                    .resideInAPackage(PROTOCOL)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(PROTOCOL, "java..", "org.jspecify..");
}
