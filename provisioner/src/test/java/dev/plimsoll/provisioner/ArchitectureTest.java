package dev.plimsoll.provisioner;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.plimsoll.provisioner", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String DRIVERS = "dev.plimsoll.provisioner.driver..";

    @ArchTest
    static final ArchRule provisionerKnowsNeitherTheApiNorItsContract =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("dev.plimsoll.api..", "dev.plimsoll.openapi..");

    @ArchTest
    static final ArchRule onlyTheWiringKnowsDrivers =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(DRIVERS, "dev.plimsoll.provisioner")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(DRIVERS);

    @ArchTest
    static final ArchRule driversKnowThePortAlone =
            noClasses()
                    .that()
                    .resideInAPackage(DRIVERS)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.plimsoll.provisioner.reconcile..",
                            "dev.plimsoll.provisioner.gateway..",
                            "dev.plimsoll.provisioner.ca..");

    @ArchTest
    static final ArchRule reconcilerDoesNotKnowHowAgentsAreReached =
            noClasses()
                    .that()
                    .resideInAPackage("dev.plimsoll.provisioner.reconcile..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.plimsoll.provisioner.gateway..", "dev.plimsoll.provisioner.ca..");

    @ArchTest
    static final ArchRule featuresDependOnEachOtherInOneDirection =
            slices().matching("dev.plimsoll.provisioner.(*)..").should().beFreeOfCycles();
}
