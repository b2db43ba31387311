package org.ebpf4j.maven.work;

import java.io.File;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The compiler of C.
///
/// @param program its path
/// @param version what it says of itself
record Clang(Path program, String version) {
  private static final int NEWEST = 30;
  private static final int OLDEST = 11;

  /// The compiler that is wanted, or the first of those that there are: `CLANG` of the environment,
  /// `clang` on the `PATH`, `clang-N` of the highest number there.
  ///
  /// @throws GoalException where the one that is wanted is not there
  static Optional<Clang> find(String wanted, String environment, String path) {
    var named = wanted.isEmpty() ? environment : wanted;
    if (!named.isEmpty()) {
      var program =
          named.contains(File.separator)
              ? Optional.of(Path.of(named)).filter(Files::isExecutable)
              : onPath(path, named);
      return Optional.of(
          of(
              program.orElseThrow(() ->
                  new GoalException(
                      "there is no compiler '"
                          + named
                          + "', which "
                          + (wanted.isEmpty() ? "CLANG of the environment" : "<clang>")
                          + " names"))));
    }
    return Stream.concat(
            Stream.of("clang"),
            IntStream.rangeClosed(-NEWEST, -OLDEST).mapToObj(n -> "clang-" + -n))
        .flatMap(name -> onPath(path, name).stream())
        .findFirst()
        .map(Clang::of);
  }

  private static Optional<Path> onPath(String path, String name) {
    return Stream.of(path.split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Clang of(Path program) {
    var run = run(Path.of("."), List.of(program.toString(), "--version"));
    if (run.status() != 0) {
      throw new GoalException(program + " does not start:\n" + run.output());
    }
    return new Clang(program, run.output().lines().findFirst().orElse(""));
  }

  /// The command that compiles a file, in the folder of that.
  List<String> command(Path c, Path object, List<String> options) {
    var command = new ArrayList<String>();
    command.add(program.toString());
    command.add(
        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "--target=bpfel" : "--target=bpfeb");
    command.addAll(List.of("-g", "-O2", "-mcpu=v3", "-Wall", "-D__TARGET_ARCH_" + architecture()));
    headers().ifPresent(folder -> command.add("-I" + folder));
    // The object is the same wherever the project lies.
    command.addAll(
        List.of("-ffile-prefix-map=" + c.getParent() + "=.", "-fdebug-compilation-dir=."));
    command.addAll(options);
    command.addAll(List.of("-c", c.getFileName().toString(), "-o", object.toString()));
    return command;
  }

  /// What `bpf_tracing.h` calls this machine.
  private static String architecture() {
    var name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "amd64", "x86_64" -> "x86";
      case "aarch64" -> "arm64";
      case "riscv64" -> "riscv";
      case "s390x" -> "s390";
      case "ppc64le", "ppc64" -> "powerpc";
      case "loongarch64" -> "loongarch";
      default -> name;
    };
  }

  /// The folder of `asm/types.h`, which Debian has for each machine.
  private static Optional<Path> headers() {
    try (var folders = Files.newDirectoryStream(Path.of("/usr/include"), "*-linux-gnu*")) {
      for (var folder : folders) {
        if (Files.exists(folder.resolve("asm/types.h"))) {
          return Optional.of(folder);
        }
      }
    } catch (IOException e) {
      return Optional.empty(); // then they are where the compiler looks anyway
    }
    return Optional.empty();
  }

  /// Compiles a file.
  ///
  /// @return what the compiler warns of
  /// @throws GoalException with what the compiler says
  String compile(Path c, List<String> command) {
    var run = run(Objects.requireNonNull(c.toAbsolutePath().getParent()), command);
    if (run.status() != 0) {
      throw new GoalException(
          c + " does not compile:\n" + run.output().strip() + mend(run.output()));
    }
    return run.output().strip();
  }

  /// What to do about what beginners meet first.
  private static String mend(String output) {
    if (output.contains("'bpf/") && output.contains("file not found")) {
      return "\n  try: the headers of libbpf (Debian: libbpf-dev, Fedora: libbpf-devel), or their"
          + " folder as <option>-I…</option>";
    }
    if (output.contains("'vmlinux.h' file not found")) {
      return "\n  try: ebpf4j btf dump /sys/kernel/btf/vmlinux --format c > vmlinux.h, beside the"
          + " program";
    }
    if (output.contains("'asm/types.h' file not found")
        || output.contains("'linux/bpf.h' file not found")) {
      return "\n  try: the headers of the kernel's interface (Debian: linux-libc-dev, Fedora:"
          + " kernel-headers)";
    }
    if (output.contains("unknown target triple") || output.contains("No available targets")) {
      return "\n  try: a clang that compiles for BPF, which those of distributions do";
    }
    return "";
  }

  private record Run(int status, String output) {}

  private static Run run(Path folder, List<String> command) {
    try {
      var process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
      try (var output = process.getInputStream()) {
        var text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), text);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new GoalException(command.getFirst() + " cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GoalException("interrupted while " + command.getFirst() + " ran", e);
    }
  }
}
