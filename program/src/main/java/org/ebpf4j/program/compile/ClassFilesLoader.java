package org.ebpf4j.program.compile;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Loads classes from class files at hand.
final class ClassFilesLoader extends ClassLoader {
  private final Map<String, byte[]> classFiles;

  ClassFilesLoader(Map<String, byte[]> classFiles, ClassLoader parent) {
    super(parent);
    this.classFiles = Map.copyOf(classFiles);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    var bytes = classFiles.get(name);
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    var bytes =
        name.endsWith(".class")
            ? classFiles.get(name.substring(0, name.length() - 6).replace('/', '.'))
            : null;
    return bytes != null ? new ByteArrayInputStream(bytes) : super.getResourceAsStream(name);
  }
}
