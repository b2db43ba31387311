package org.ebpf4j.program.compile;

import java.util.List;
import java.util.Map;
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
    throw new UnsupportedOperationException("the compiler lands next: " + List.of(classes));
  }

  /// The same from class files at hand, by the names of the classes (`org.example.Hello`): those of
  /// the programs and those that they need. What is not among them is sought in `parent`.
  public static ObjectSpec compile(Map<String, byte[]> classFiles, ClassLoader parent) {
    throw new UnsupportedOperationException("the compiler lands next: " + classFiles.keySet());
  }
}
