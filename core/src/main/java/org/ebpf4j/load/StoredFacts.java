package org.ebpf4j.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.Kind;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.elf.WholeFile;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import org.jspecify.annotations.Nullable;

/// The facts of a kernel in files, so that an object can be fitted to it anywhere. They are those
/// of a directory, in which each file is optional until an object wants what it tells:
///
/// - `vmlinux`: the kernel's types, as BTF and nothing else (a copy of `/sys/kernel/btf/vmlinux`)
///   or in an ELF file.
/// - `modules/NAME`: the types of module `NAME` (a copy of `/sys/kernel/btf/NAME`).
/// - `kallsyms`: the symbols (a copy of `/proc/kallsyms`, read by root).
/// - `config`: the configuration (a copy of `/boot/config-RELEASE` or of `/proc/config.gz`).
/// - `kernel`: the rest, as lines `KEY VALUE` ([KernelLines]).
///
/// Or they are one file with types; then nothing else is known. Files are read when they are first
/// asked for. It may not be used by several threads at once.
public final class StoredFacts implements KernelFacts {
  private final Path path;
  private final boolean directory;
  private final KernelLines lines;
  private @Nullable Btf types;
  private @Nullable List<ModuleTypes> modules;
  private @Nullable KernelConfig config;

  private StoredFacts(Path path, boolean directory, KernelLines lines) {
    this.path = path;
    this.directory = directory;
    this.lines = lines;
  }

  /// The facts in a directory, or in one file with types.
  ///
  /// @throws BpfException where there is nothing of that name, or file `kernel` is damaged
  public static StoredFacts of(Path path) {
    if (!Files.exists(path)) {
      throw FileError.of(path, "read", new NoSuchFileException(path.toString()));
    }
    if (!Files.isDirectory(path)) {
      return new StoredFacts(path, false, KernelLines.NONE);
    }
    var file = path.resolve("kernel");
    return new StoredFacts(
        path,
        true,
        Files.exists(file) ? KernelLines.parse(file.toString(), text(file)) : KernelLines.NONE);
  }

  private static String text(Path file) {
    try {
      return new String(WholeFile.read(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw FileError.of(file, "read", e);
    }
  }

  /// A file of the directory.
  ///
  /// @param what what is wanted of it, for the message where it is not there
  private Path file(String name, String what) {
    var file = path.resolve(name);
    if (!directory || !Files.exists(file)) {
      throw new BpfException(
          "the facts in "
              + path
              + " do not tell "
              + what
              + (directory ? ": there is no file " + file : ": they are types only"));
    }
    return file;
  }

  @Override
  public Btf types() {
    if (types == null) {
      types = TypesFile.read(directory ? file("vmlinux", "the kernel's types") : path);
    }
    return types;
  }

  @Override
  public List<ModuleTypes> modules() {
    if (modules == null) {
      modules = List.copyOf(readModules());
    }
    return modules;
  }

  private List<ModuleTypes> readModules() {
    var found = new ArrayList<ModuleTypes>();
    var folder = path.resolve("modules");
    if (!directory || !Files.isDirectory(folder)) {
      return found;
    }
    try (var files = Files.list(folder)) {
      for (var file : files.sorted().toList()) {
        var bytes = FileBytes.of(file.toString(), WholeFile.read(file), types().order());
        found.add(
            new ModuleTypes(String.valueOf(file.getFileName()), Btf.readSplit(bytes, types())));
      }
    } catch (IOException e) {
      throw FileError.of(folder, "read", e);
    }
    return found;
  }

  @Override
  public Map<String, Long> addresses(Set<String> names) {
    var file = file("kallsyms", "the addresses of symbols");
    try (var stream = new BufferedInputStream(Files.newInputStream(file))) {
      return new SymbolScan(names).read(stream).byName();
    } catch (IOException e) {
      throw FileError.of(file, "read", e);
    }
  }

  @Override
  public KernelConfig config() {
    if (config == null) {
      config = KernelConfig.read(List.of(file("config", "the kernel's configuration")));
    }
    return config;
  }

  @Override
  public boolean has(KernelFeature feature) {
    return !lines.without().contains(feature);
  }

  @Override
  public int versionCode() {
    return lines
        .versionCode()
        .orElseThrow(() ->
            new BpfException(
                "the facts in " + path + " do not tell the kernel's version (release 6.1.0)"));
  }

  @Override
  public ByteOrder order() {
    return types().order();
  }

  @Override
  public int pageSize() {
    return lines.pageSize();
  }

  @Override
  public int possibleCpus() {
    return lines.cpus();
  }

  @Override
  public String registers() {
    var name = TypeSearch.first(types(), "bpf_user_pt_regs_t", Kind.TYPEDEF, 1);
    var struct = name == 0 ? 0 : types().resolve(name);
    return types().type(struct) instanceof BtfType.Struct s ? s.name() : "pt_regs";
  }
}
