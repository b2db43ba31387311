package org.ebpf4j.program.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.ObjectSpec;

/// Compiles programs that are written in Java to objects that a kernel loads.
public final class JavaPrograms {
  private JavaPrograms() {}

  /// Compiles the programs of classes: their static methods with a [org.ebpf4j.program.Section].
  /// The classes are initialised, as what their static fields hold is what maps and variables begin
  /// with.
  ///
  /// @throws RefusedProgramException for what cannot be compiled; says the line
  public static ObjectSpec compile(Class<?>... classes) {
    return compile(List.of(classes), Map.of());
  }

  /// The same with the text of source files, by their names (`Hello.java`): the kernel quotes the
  /// line where it refuses a program.
  ///
  /// @throws RefusedProgramException for what cannot be compiled; says the line
  public static ObjectSpec compile(List<Class<?>> classes, Map<String, String> sources) {
    return new ObjectCompiler(classes, new Sources(sources)).compile();
  }

  /// The same from class files at hand, by the names of the classes (`org.example.Hello`): those of
  /// the programs and those that they need. What is not among them is sought in `parent`.
  ///
  /// @throws RefusedProgramException for what cannot be compiled; says the line
  public static ObjectSpec compile(
      Map<String, byte[]> classFiles, ClassLoader parent, Map<String, String> sources) {
    var loader = new ClassFilesLoader(classFiles, parent);
    var classes = new ArrayList<Class<?>>();
    for (var name : classFiles.keySet()) {
      try {
        var type = Class.forName(name, false, loader);
        if (ObjectCompiler.hasPrograms(type)) {
          classes.add(type);
        }
      } catch (ClassNotFoundException | LinkageError e) {
        throw new BpfException("class " + name + " cannot be loaded: " + e, e);
      }
    }
    return compile(classes, sources);
  }
}
