package org.ebpf4j.linux.internal.load;

import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.load.TypesFile;
import org.ebpf4j.relocation.TargetTypes;
import org.jspecify.annotations.Nullable;

/// The types of a kernel in a file, read when they are wanted; there are none of modules in it.
final class FileTypes implements TargetTypes {
  private final Path file;
  private @Nullable Btf types;

  FileTypes(Path file) {
    this.file = file;
  }

  @Override
  public Btf kernel() {
    if (types == null) {
      types = TypesFile.read(file);
    }
    return types;
  }

  @Override
  public List<Btf> modules() {
    return List.of();
  }
}
