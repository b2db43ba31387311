package org.ebpf4j.linux.internal.binary;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.ebpf4j.binary.Binary;
import org.ebpf4j.binary.LibraryCache;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.error.NearestNames;
import org.ebpf4j.error.NotFoundException;
import org.jspecify.annotations.Nullable;

/// Finds program files by what people call them. A name without a slash is that of a library, which
/// is looked for as the dynamic linker does, or of a program, which is looked for as a shell does.
/// With a process, its memory is searched first, and paths begin at its root directory.
public final class FileSearch {
  private static final String IN_ARCHIVE = "!/";
  private static final String PROGRAMS =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final boolean IS_ARM = System.getProperty("os.arch").equals("aarch64");
  private static final int MACHINE = IS_ARM ? Binary.AARCH64 : Binary.X86_64;
  private static final String MULTIARCH = IS_ARM ? "aarch64-linux-gnu" : "x86_64-linux-gnu";

  /// Where the dynamic linkers of distributions look by themselves.
  private static final List<String> LIBRARIES =
      List.of(
          "/lib/" + MULTIARCH,
          "/usr/lib/" + MULTIARCH,
          "/lib64",
          "/usr/lib64",
          "/lib",
          "/usr/lib",
          "/usr/local/lib");

  private final String what;
  private final String name;
  private final @Nullable TargetProcess process;
  private final List<String> known = new ArrayList<>();

  private FileSearch(String what, String name, @Nullable TargetProcess process) {
    this.what = what;
    this.name = name;
    this.process = process;
  }

  /// Finds a file.
  ///
  /// @param what the attempt, for messages
  /// @param name a path, a name, or `ARCHIVE!/ENTRY`
  /// @param pid the process that has it; 0 for none in particular
  /// @throws NotFoundException where there is no such file, or no such process
  public static FoundFile find(String what, String name, int pid) {
    var process = pid == 0 ? null : TargetProcess.of(what, pid);
    var mark = name.indexOf(IN_ARCHIVE);
    var outer = mark < 0 ? name : name.substring(0, mark);
    var entry = mark < 0 ? "" : name.substring(mark + IN_ARCHIVE.length());
    var path = new FileSearch(what, outer, process).find();
    return new FoundFile(path, entry, entry.isEmpty() ? path.toString() : path + "!/" + entry);
  }

  private Path find() {
    if (name.contains("/")) {
      var path = inRoot(name);
      if (!Files.exists(path)) {
        throw missing("there is no file " + path, siblings(path));
      }
      return check(path);
    }
    var found =
        Optional.ofNullable(process)
            .flatMap(p -> p.mapped(name))
            .or(() -> isLibrary() ? library() : program());
    return check(found.orElseThrow(this::notFound));
  }

  private Path inRoot(String path) {
    return process == null || !path.startsWith("/") ? Path.of(path) : process.resolve(path);
  }

  private Path check(Path path) {
    if (!Files.isRegularFile(path)) {
      throw missing(path + " is no file", List.of());
    }
    return path;
  }

  private boolean isLibrary() {
    return name.endsWith(".so") || name.contains(".so.");
  }

  private Optional<Path> library() {
    return inDirectories(System.getenv("LD_LIBRARY_PATH"))
        .or(this::inCache)
        .or(() -> inDirectories(String.join(":", LIBRARIES)));
  }

  private Optional<Path> program() {
    return inDirectories(System.getenv("PATH")).or(() -> inDirectories(PROGRAMS));
  }

  private Optional<Path> inDirectories(@Nullable String directories) {
    return Stream.of(Objects.requireNonNullElse(directories, "").split(":"))
        .filter(d -> !d.isEmpty())
        .map(d -> inRoot(d + "/" + name))
        .filter(this::isOurs)
        .findFirst();
  }

  /// Whether it is made for this machine: directories of 32 bits come first on some.
  private boolean isOurs(Path path) {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    if (!isLibrary()) {
      return Files.isExecutable(path);
    }
    try {
      return Binary.read(path.toString(), FileSource.of(path)).machine() == MACHINE;
    } catch (MalformedObjectException e) {
      return false;
    }
  }

  private Optional<Path> inCache() {
    var file = inRoot("/etc/ld.so.cache");
    try {
      var bytes = FileBytes.of(file.toString(), Files.readAllBytes(file), ByteOrder.nativeOrder());
      known.addAll(LibraryCache.names(bytes, MACHINE));
      return LibraryCache.find(bytes, MACHINE, name).stream()
          .map(this::inRoot)
          .filter(this::isOurs)
          .findFirst();
    } catch (IOException | MalformedObjectException e) {
      // Systems without glibc have none, or another.
      return Optional.empty();
    }
  }

  private NotFoundException notFound() {
    if (process != null) {
      process.mappedFiles().forEach(f -> known.add(f.fileName()));
    }
    return isLibrary()
        ? missing(
            "no library "
                + name
                + " in LD_LIBRARY_PATH, /etc/ld.so.cache and where the dynamic linker looks by"
                + " itself",
            known)
        : missing("no program " + name + " in PATH", known);
  }

  private static List<String> siblings(Path path) {
    var directory = path.toAbsolutePath().getParent();
    if (directory == null) {
      return List.of();
    }
    try (var files = Files.list(directory)) {
      return files.map(f -> String.valueOf(f.getFileName())).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private NotFoundException missing(String problem, List<String> others) {
    var inside = process == null ? "" : ", as process " + process.pid() + " sees it";
    var last = name.substring(name.lastIndexOf('/') + 1);
    return NotFoundException.ofPath(
        what
            + ": "
            + problem
            + inside
            + NearestNames.didYouMean(last, nearLibraries(last, others))
            + "\n  try: "
            + (name.contains("/")
                ? "the path of a program or library"
                : "its path, as in /opt/lib/" + last),
        name);
  }

  /// Those whose names are near without what all names of libraries have in common.
  private static List<String> nearLibraries(String wanted, List<String> others) {
    var stems = others.stream().map(FileSearch::stem).distinct().toList();
    var near = NearestNames.of(stem(wanted), stems);
    return others.stream().distinct().filter(each -> near.contains(stem(each))).toList();
  }

  private static String stem(String file) {
    var start = file.startsWith("lib") ? 3 : 0;
    var end = file.indexOf(".so", start);
    return file.substring(start, end < 0 ? file.length() : end);
  }
}
