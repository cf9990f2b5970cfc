package dev.plimsoll.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.plimsoll.api.tenancy.Requires;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestController;

@AnalyzeClasses(packages = "dev.plimsoll.api", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    /** {@code http} strips read-only members from the generated types, by their names only. */
    @ArchTest
    static final ArchRule generatedTypesStopAtTheWeb =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("..web", "..http")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.plimsoll.openapi..");

    @ArchTest
    static final ArchRule provisionerIsUnknown =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("dev.plimsoll.provisioner..", "dev.plimsoll.agent..");

    @ArchTest
    static final ArchRule everyEndpointNamesItsPermission =
            methods()
                    .that()
                    .areDeclaredInClassesThat()
                    .areAnnotatedWith(RestController.class)
                    .and()
                    .areNotPrivate()
                    .and()
                    .areNotAnnotatedWith(ExceptionHandler.class)
                    .and()
                    .doNotHaveModifier(com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC)
                    .should()
                    .beAnnotatedWith(Requires.class);

    @ArchTest
    static final ArchRule entitiesStayInTheirFeature =
            com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes()
                    .that()
                    .areAnnotatedWith(jakarta.persistence.Entity.class)
                    .should()
                    .notBePublic();

    @ArchTest
    static final ArchRule featuresDoNotDependOnTheirWeb =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..web")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.plimsoll.api..web");
}
