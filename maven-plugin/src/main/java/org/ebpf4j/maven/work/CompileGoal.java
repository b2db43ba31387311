package org.ebpf4j.maven.work;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// The goal `compile`: puts an object among the classes for each `*.bpf.c`, compiled where that is
/// needed, or as it was committed.
final class CompileGoal {
  private final Request request;
  private final Log log;
  private final String environment;
  private final String path;

  /// @param environment what `CLANG` of the environment says; empty for nothing
  /// @param path where programs are looked for
  CompileGoal(Request request, Log log, String environment, String path) {
    this.request = request;
    this.log = log;
    this.environment = environment;
    this.path = path;
  }

  void run() {
    var sources = Source.all(request);
    var hasC = sources.stream().anyMatch(source -> Files.exists(source.c()));
    var clang =
        hasC && request.compile() != Request.Compile.NEVER
            ? Clang.find(request.clang(), environment, path)
            : Optional.<Clang>empty();
    for (var source : sources) {
      if (clang.isPresent() && Files.exists(source.c())) {
        compile(clang.get(), source);
      } else {
        take(source);
      }
    }
  }

  /// Takes the object that was committed.
  private void take(Source source) {
    if (Files.exists(source.c()) && request.compile() == Request.Compile.ALWAYS) {
      throw new GoalException(source.c() + " is not compiled: " + noClang());
    }
    if (!Files.exists(source.committed())) {
      throw new GoalException(
          request.compile() == Request.Compile.NEVER
              ? source.c()
                  + " is not compiled, and "
                  + source.committed().getFileName()
                  + " is not beside it\n  try: <compile>auto</compile>, or commit the object"
              : source.c()
                  + " is not compiled: "
                  + noClang()
                  + ", or commit "
                  + source.committed().getFileName()
                  + " beside it");
    }
    if (Output.write(source.object(request), Output.read(source.committed()))) {
      if (Files.exists(source.c()) && request.compile() == Request.Compile.AUTO) {
        log.warn(
            source.committed() + " is taken as it was committed, as there is no clang on the PATH");
      } else {
        log.info(source.committed() + " is taken as it was committed");
      }
    }
  }

  private static String noClang() {
    return "there is no clang on the PATH\n  try: install clang (Debian: apt install clang; Fedora:"
        + " dnf install clang), or name one with <clang>";
  }

  private void compile(Clang clang, Source source) {
    var object = source.object(request);
    var state = request.state().resolve(source.folder()).resolve(source.name() + ".inputs");
    var compiled = request.state().resolve(source.folder()).resolve(source.name());
    var command = clang.command(source.c().toAbsolutePath(), compiled, request.options());
    var inputs = inputs(clang, command);
    if (Files.exists(compiled) && Files.exists(state) && inputs.equals(text(state))) {
      Output.write(object, Output.read(compiled));
      return;
    }
    try {
      Files.createDirectories(compiled.getParent());
      Files.deleteIfExists(state);
    } catch (IOException e) {
      throw new GoalException(compiled + ": cannot be written: " + e.getMessage(), e);
    }
    log.info("compiles " + source.c() + " (" + clang.version() + ")");
    var warnings = clang.compile(source.c(), command);
    if (!warnings.isEmpty()) {
      log.warn(warnings);
    }
    Output.write(object, Output.read(compiled));
    Output.write(state, inputs.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(Path file) {
    return new String(Output.read(file), StandardCharsets.UTF_8);
  }

  /// What the object is made of: the command, the compiler, and all C and headers of the folder of
  /// sources, of which any may include others.
  private String inputs(Clang clang, List<String> command) {
    try (var files = Files.walk(request.sources())) {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(
          (clang.version() + "\n" + String.join("\n", command) + "\n")
              .getBytes(StandardCharsets.UTF_8));
      for (var file : files.filter(CompileGoal::isInput).sorted().toList()) {
        digest.update(
            request.sources().relativize(file).toString().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        digest.update(Files.readAllBytes(file));
      }
      return HexFormat.of().formatHex(digest.digest()) + "\n";
    } catch (IOException e) {
      throw new GoalException(request.sources() + ": cannot be read: " + e.getMessage(), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isInput(Path file) {
    var name = file.getFileName().toString();
    return (name.endsWith(".c") || name.endsWith(".h")) && Files.isRegularFile(file);
  }
}
