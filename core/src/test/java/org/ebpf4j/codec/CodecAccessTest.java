package org.ebpf4j.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Records of other modules and class loaders.
final class CodecAccessTest {
  @TempDir static Path folder;

  private static void source(String path, String text) throws IOException {
    var file = folder.resolve("src").resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @BeforeAll
  static void compile() throws IOException {
    source(
        "module-info.java",
        """
        module other {
          exports shown;
          opens opened;
        }
        """);
    source(
        "shown/Shown.java",
        """
        package shown;
        import java.lang.invoke.MethodHandles;
        public final class Shown {
          public record Public(int a, long b) {}
          private record Private(int a, long b) {}
          public record Nested(Private inner) {}
          public static final Class<?> PRIVATE = Private.class;
          public static MethodHandles.Lookup lookup() { return MethodHandles.lookup(); }
        }
        """);
    source(
        "opened/Opened.java",
        "package opened; class Opened { private record Private(int a, long b) {} }");
    source("hidden/Hidden.java", "package hidden; public record Hidden(int a, long b) {}");
    var arguments = new ArrayList<>(List.of("-d", folder.resolve("out").toString()));
    try (var files = Files.walk(folder.resolve("src"))) {
      files.filter(Files::isRegularFile).map(Path::toString).forEach(arguments::add);
    }
    var compiler = ToolProvider.findFirst("javac").orElseThrow();
    assertThat(compiler.run(System.out, System.err, arguments.toArray(String[]::new))).isZero();
  }

  private static ClassLoader load() {
    var boot = ModuleLayer.boot();
    var configuration =
        Configuration.resolve(
            ModuleFinder.of(folder.resolve("out")),
            List.of(boot.configuration()),
            ModuleFinder.of(),
            Set.of("other"));
    return boot.defineModulesWithOneLoader(configuration, null).findLoader("other");
  }

  private static Class<?> find(String name) throws ClassNotFoundException {
    return load().loadClass(name);
  }

  private static void reads(Codec<?> codec) {
    var memory = MemorySegment.ofArray(new long[] {7, 8});
    assertThat(codec.read(memory, 0)).asString().contains("a=7, b=8");
  }

  @Test
  void readsPublicRecordsOfExportedPackages() throws Exception {
    reads(Codec.of(find("shown.Shown$Public")));
  }

  @Test
  void readsPrivateRecordsOfOpenPackages() throws Exception {
    reads(Codec.of(find("opened.Opened$Private")));
  }

  @Test
  void refusesRecordsOfClosedPackages() throws Exception {
    for (var name : List.of("shown.Shown$Private", "hidden.Hidden", "shown.Shown$Nested")) {
      var type = find(name);
      assertThatThrownBy(() -> Codec.of(type))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(
              "module other must say \"opens "
                  + type.getPackageName()
                  + " to org.ebpf4j.core;\", or the caller must give its MethodHandles.lookup()");
    }
  }

  @Test
  void readsPrivateRecordsWithTheRightsOfTheirModule() throws Exception {
    var shown = find("shown.Shown");
    var lookup = (Lookup) shown.getMethod("lookup").invoke(null);
    var hidden = (Class<?>) shown.getField("PRIVATE").get(null);
    reads(Codec.of(lookup, hidden));
    reads(Codec.of(lookup, shown.getClassLoader().loadClass("hidden.Hidden")));
    reads(Codec.of(lookup, shown.getClassLoader().loadClass("shown.Shown$Nested")));
    // What was made with rights is not for those without.
    assertThatThrownBy(() -> Codec.of(hidden)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void goesWithTheClassItIsOf() throws Exception {
    var type = new WeakReference<>(find("opened.Opened$Private"));
    var codec = new WeakReference<>(use(type));
    for (int i = 0; i < 100 && !(type.refersTo(null) && codec.refersTo(null)); i++) {
      System.gc();
    }
    assertThat(type.get()).isNull();
    assertThat(codec.get()).isNull();
  }

  private static Codec<?> use(WeakReference<? extends Class<?>> type) {
    var codec = Codec.of(Objects.requireNonNull(type.get()));
    reads(codec);
    return codec;
  }
}
