package org.ebpf4j.cli.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;

/// A source file, to be compiled in memory: nothing is written.
///
/// @param file where it is
/// @param text what is in it
record JavaSource(Path file, String text) {
  private static final int MOST_ERRORS = 10;

  /// Reads one.
  ///
  /// @throws BpfException where it cannot be read
  static JavaSource read(Path file) {
    try {
      return new JavaSource(file, Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw FileError.of(file, "read", e);
    }
  }

  /// The class files that it is compiled to, by the names of the classes, in the order in which the
  /// compiler made them.
  ///
  /// @param classPath where the classes are that the source uses
  /// @throws BpfException where it does not compile; says the lines
  Map<String, byte[]> compile(List<Path> classPath) {
    var compiler = compiler();
    var diagnostics = new DiagnosticCollector<JavaFileObject>();
    var standard = compiler.getStandardFileManager(diagnostics, Locale.ROOT, null);
    var made = new LinkedHashMap<String, ByteArrayOutputStream>();
    try (var files = new Memory(standard, made)) {
      standard.setLocationFromPaths(StandardLocation.CLASS_PATH, classPath);
      var task =
          compiler.getTask(
              null,
              files,
              diagnostics,
              List.of("-proc:none", "-g", "-parameters", "-Xlint:none"),
              null,
              List.of(new Source(file, text)));
      if (!task.call()) {
        throw refusal(diagnostics.getDiagnostics());
      }
    } catch (IOException e) {
      throw FileError.of(file, "compile", e);
    }
    var classes = new LinkedHashMap<String, byte[]>();
    made.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
    return classes;
  }

  private static JavaCompiler compiler() {
    var compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new BpfException(
          "this Java has no compiler (module jdk.compiler)\n  try: a JDK, or a class file");
    }
    return compiler;
  }

  private BpfException refusal(List<Diagnostic<? extends JavaFileObject>> diagnostics) {
    var errors =
        diagnostics.stream()
            .filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
            .sorted(Comparator.comparingLong(Diagnostic::getPosition))
            .toList();
    var lines =
        errors.stream()
            .limit(MOST_ERRORS)
            .map(error -> "\n  " + describe(error))
            .collect(Collectors.joining());
    var more =
        errors.size() > MOST_ERRORS ? "\n  and " + (errors.size() - MOST_ERRORS) + " more" : "";
    return new BpfException(file + " does not compile:" + lines + more);
  }

  private String describe(Diagnostic<? extends JavaFileObject> error) {
    var where = error.getLineNumber() > 0 ? file.getFileName() + ":" + error.getLineNumber() : file;
    return where
        + ": "
        + error.getMessage(Locale.ROOT).replaceAll("\\s*\\R\\s*", "; ").replaceAll(" +", " ");
  }

  /// The text that is compiled.
  private static final class Source extends SimpleJavaFileObject {
    private final Path file;
    private final String text;

    Source(Path file, String text) {
      super(file.toUri(), Kind.SOURCE);
      this.file = file;
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }

    /// A class that is public need not be called as the file is.
    @Override
    public boolean isNameCompatible(String simpleName, Kind kind) {
      return kind == Kind.SOURCE;
    }

    /// The name that class files say they come from.
    @Override
    public String getName() {
      return String.valueOf(file.getFileName());
    }
  }

  /// Keeps what the compiler writes.
  private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> made;

    Memory(JavaFileManager files, Map<String, ByteArrayOutputStream> made) {
      super(files);
      this.made = made;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
      var bytes = new ByteArrayOutputStream();
      made.put(className, bytes);
      return new SimpleJavaFileObject(URI.create("memory:///" + className + kind.extension), kind) {
        @Override
        public OutputStream openOutputStream() {
          return bytes;
        }
      };
    }
  }
}
