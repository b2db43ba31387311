package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.ebpf4j.Kernel;
import org.ebpf4j.generate.ClassOptions;
import org.ebpf4j.generate.TypedClass;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A class that is generated for an object, compiled together with what uses it, and run: its maps,
/// variables and events are those of the programs.
public abstract class TypedObjectContract {
  @TempDir Path folder;

  /// The kernel that the object is loaded into.
  protected abstract Kernel open();

  @Test
  void programsMapsVariablesAndEventsHaveTypes() throws Exception {
    var object = TestObjects.bytes("typed");
    var spec = ObjectSpec.read("typed.bpf.o", object);
    var made = TypedClass.of(spec, ClassOptions.of("org.example", "typed.bpf.o"));
    compile(file("org/example/Typed.java", made.text()), file("org/example/TypedUse.java", use()));
    Files.write(folder.resolve(made.folder()).resolve("typed.bpf.o"), object);

    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()});
        var kernel = open()) {
      var use = loader.loadClass("org.example.TypedUse").getMethod("use", Kernel.class);
      assertThat(use.invoke(null, kernel))
          .isEqualTo(
              List.of(
                  "42 VERDICT_LOG first",
                  "Point[x=1, y=-1] Point[x=2, y=-2] ValueRange[low=1, high=65535]",
                  "7 VERDICT_DROP 131073 1 hello",
                  "seen 3, table 1, none, Config[limit=4, on=true]",
                  "per CPU 1",
                  "Point[x=-7, y=8]",
                  "false other VERDICT_LOG 7",
                  "variable 'step' is a constant once it is loaded",
                  "object 'typed' is closed"));
    }
  }

  private static String use() throws IOException {
    try (var stream = TypedObjectContract.class.getResourceAsStream("TypedUse.java.txt")) {
      return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void compile(JavaFileObject... sources) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    assumeTrue(compiler != null, "the JVM comes without a compiler");
    var errors = new StringWriter();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var options = List.of("-d", folder.toString(), "-Xlint:all", "-Werror", "-proc:none");
      var task = compiler.getTask(errors, files, null, options, null, List.of(sources));
      assertThat(task.call()).as("%s", errors).isTrue();
    }
  }

  private static JavaFileObject file(String path, String text) {
    return new SimpleJavaFileObject(URI.create("text:///" + path), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }
}
