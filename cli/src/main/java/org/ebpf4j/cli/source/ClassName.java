package org.ebpf4j.cli.source;

import java.lang.classfile.ClassFile;
import java.nio.file.Path;
import org.ebpf4j.error.MalformedObjectException;

/// The name that a class file gives its class.
final class ClassName {
  private ClassName() {}

  /// The name, such as `org.example.Hello`.
  ///
  /// @throws MalformedObjectException where it is no class file
  static String of(Path file, byte[] bytes) {
    try {
      return ClassFile.of().parse(bytes).thisClass().asInternalName().replace('/', '.');
    } catch (IllegalArgumentException e) {
      throw new MalformedObjectException(
          file.toString(), "", 0, "not a class file: " + e.getMessage());
    }
  }
}
