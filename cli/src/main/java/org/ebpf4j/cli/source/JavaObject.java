package org.ebpf4j.cli.source;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.compile.JavaPrograms;

/// Makes an object of programs in Java: of a source file, which is compiled in memory, of a class
/// file, or of all classes in a jar. Classes are initialised for it, so their static initialisers
/// run in this process.
public final class JavaObject {
  /// How class files name the annotation of programs.
  private static final byte[] SECTION =
      ("L" + Section.class.getName().replace('.', '/') + ";").getBytes(StandardCharsets.UTF_8);

  /// Files whose programs need not be an object file.
  private static final List<String> ENDINGS = List.of(".java", ".class", ".jar");

  private static final int LARGEST_CLASS = 1 << 24;

  private JavaObject() {}

  /// Whether the name of a file says that programs in Java are in it.
  public static boolean isNamed(Path file) {
    var name = String.valueOf(file.getFileName());
    return ENDINGS.stream().anyMatch(name::endsWith);
  }

  /// The object of a file.
  ///
  /// @throws BpfException where it cannot be read or compiled, or has no programs; says the lines
  public static ObjectSpec read(Path file) {
    var sources = new HashMap<String, String>();
    var classes = classes(file, sources);
    if (classes.values().stream().noneMatch(JavaObject::hasPrograms)) {
      throw new BpfException(
          file
              + ": no method has a @Section, so there is no program in it\n  try: @Section(\"xdp\") before"
              + " a static method");
    }
    return JavaPrograms.compile(classes, JavaObject.class.getClassLoader(), sources);
  }

  private static Map<String, byte[]> classes(Path file, Map<String, String> sources) {
    var name = file.toString();
    if (name.endsWith(".java")) {
      var source = JavaSource.read(file);
      sources.put(String.valueOf(file.getFileName()), source.text());
      return source.compile(classPath());
    }
    return name.endsWith(".jar") ? ofJar(file) : ofClass(file);
  }

  /// Where what sources use comes from: core and the module of programs.
  static List<Path> classPath() {
    return Stream.of(Section.class, ProgramType.class).map(JavaObject::home).distinct().toList();
  }

  private static Path home(Class<?> type) {
    var source = type.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      throw new BpfException("where " + type.getName() + " was loaded from is not known");
    }
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new BpfException(
          "where " + type.getName() + " was loaded from cannot be read: " + e.getMessage(), e);
    }
  }

  private static Map<String, byte[]> ofJar(Path file) {
    var classes = new TreeMap<String, byte[]>();
    try (var jar = new ZipFile(file.toFile())) {
      for (var entry : new ArrayList<>(jar.stream().toList())) {
        if (entry.getName().endsWith(".class") && !entry.getName().contains("META-INF/")) {
          try (var in = jar.getInputStream(entry)) {
            classes.put(className(entry.getName()), in.readNBytes(LARGEST_CLASS));
          }
        }
      }
    } catch (IOException e) {
      throw FileError.of(file, "read", e);
    }
    return classes;
  }

  /// A class file with those beside it that are nested in the class.
  private static Map<String, byte[]> ofClass(Path file) {
    var path = file.toAbsolutePath();
    var simple = path.getFileName().toString().replaceFirst("\\.class$", "");
    var outer = simple.replaceFirst("\\$.*", "");
    var bytes = bytes(path);
    var whole = ClassName.of(file, bytes);
    var parent = whole.substring(0, whole.length() - simple.length());
    var classes = new LinkedHashMap<String, byte[]>();
    classes.put(whole, bytes);
    try (var beside = Files.newDirectoryStream(path.resolveSibling(""), outer + "*.class")) {
      for (var other : beside) {
        var name = other.getFileName().toString().replaceFirst("\\.class$", "");
        if (name.equals(outer) || name.startsWith(outer + "$")) {
          classes.putIfAbsent(parent + name, bytes(other));
        }
      }
    } catch (IOException e) {
      throw FileError.of(file, "read", e);
    }
    return classes;
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw FileError.of(file, "read", e);
    }
  }

  private static String className(String entry) {
    return entry.replaceFirst("\\.class$", "").replace('/', '.');
  }

  /// Whether a class file names the annotation of programs.
  private static boolean hasPrograms(byte[] bytes) {
    for (int at = 0; at + SECTION.length <= bytes.length; at++) {
      int i = 0;
      while (i < SECTION.length && bytes[at + i] == SECTION[i]) {
        i++;
      }
      if (i == SECTION.length) {
        return true;
      }
    }
    return false;
  }
}
