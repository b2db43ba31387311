package org.ebpf4j.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// The compiling of generated sources, with all warnings as errors.
final class Compiled {
  private Compiled() {}

  /// Compiles sources into a folder.
  static void into(Path folder, List<TypedClass> sources) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var errors = new StringWriter();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var done =
          compiler
              .getTask(
                  errors,
                  files,
                  null,
                  List.of("-d", folder.toString(), "-Xlint:all", "-Werror", "-proc:none"),
                  null,
                  sources.stream().map(Compiled::file).toList())
              .call();
      assertThat(done).as("%s", errors).isTrue();
    }
  }

  private static JavaFileObject file(TypedClass source) {
    return new SimpleJavaFileObject(
        URI.create("text:///" + source.path()), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source.text();
      }
    };
  }

  /// The classes of the generated ones that a loader gives, by kind.
  static Stream<Class<?>> nested(Class<?> type) {
    return Stream.of(type.getDeclaredClasses());
  }
}
