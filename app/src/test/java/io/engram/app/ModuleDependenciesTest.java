package io.engram.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the modules to the table of docs/internals/architecture.md: who may use whom. */
class ModuleDependenciesTest {
    private static final JavaClasses ENGRAM = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.engram");

    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry("model", List.of()),
            Map.entry("proto", List.of("model")),
            Map.entry("server", List.of("proto", "model")),
            Map.entry("ring", List.of("model")),
            Map.entry("tsdb", List.of("model")),
            Map.entry("bucket", List.of("model")),
            Map.entry("promql", List.of("model")),
            Map.entry("distributor", List.of("ring", "server", "proto", "model")),
            Map.entry("ingester", List.of("tsdb", "bucket", "ring", "server", "proto", "model")),
            Map.entry("storegateway", List.of("tsdb", "bucket", "ring", "server", "proto", "model")),
            Map.entry("querier", List.of("promql", "tsdb", "bucket", "ring", "server", "proto", "model")),
            Map.entry("compactor", List.of("tsdb", "bucket", "ring", "server", "model")),
            Map.entry(
                    "app",
                    List.of(
                            "compactor",
                            "querier",
                            "storegateway",
                            "ingester",
                            "distributor",
                            "promql",
                            "tsdb",
                            "bucket",
                            "ring",
                            "server",
                            "proto",
                            "model")));

    /** Packages of one module, each knowing only those before it. */
    private static final List<String> TSDB_ORDER =
            List.of("chunk", "replica", "slab", "index", "wal", "head", "block", "fold", "cut");

    @TestFactory
    Collection<DynamicTest> everyModuleUsesOnlyWhatItMay() {
        List<DynamicTest> tests = new ArrayList<>();
        MAY_USE.forEach((module, allowed) -> tests.add(DynamicTest.dynamicTest(module, () -> classes()
                .that()
                .resideInAPackage("io.engram." + module + "..")
                .should()
                .onlyDependOnClassesThat(outsideEngramOrIn(
                        Stream.concat(Stream.of(module), allowed.stream()).toList()))
                .because("the table of modules allows " + module + " only " + allowed)
                .check(ENGRAM))));
        return tests;
    }

    @Test
    void tsdbPackagesKnowOnlyThoseBelowThem() {
        for (int i = 0; i < TSDB_ORDER.size(); i++) {
            String[] above = TSDB_ORDER.subList(i + 1, TSDB_ORDER.size()).stream()
                    .map(name -> "io.engram.tsdb." + name + "..")
                    .toArray(String[]::new);
            if (above.length > 0) {
                noClasses()
                        .that()
                        .resideInAPackage("io.engram.tsdb." + TSDB_ORDER.get(i) + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(above)
                        .check(ENGRAM);
            }
        }
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.engram.(*).(*)..").should().beFreeOfCycles().check(ENGRAM);
    }

    private static DescribedPredicate<JavaClass> outsideEngramOrIn(List<String> modules) {
        return DescribedPredicate.describe(
                "in " + modules + " or no class of Engram",
                type -> !type.getPackageName().startsWith("io.engram")
                        || modules.stream()
                                .anyMatch(m -> (type.getPackageName() + ".").startsWith("io.engram." + m + ".")));
    }
}
