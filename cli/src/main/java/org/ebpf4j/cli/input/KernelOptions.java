package org.ebpf4j.cli.input;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.elf.WholeFile;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import org.ebpf4j.load.KernelConfig;
import org.ebpf4j.load.TypesFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What a command is told of the kernel that an object is fitted to, and where objects share maps.
public final class KernelOptions {
  @Option(
      names = "--btf",
      paramLabel = "FILE",
      description = "The kernel's types (BTF), in place of those that the kernel gives itself.")
  private @Nullable Path types;

  @Option(
      names = "--kconfig",
      paramLabel = "FILE",
      description = "More of the kernel's configuration, as lines CONFIG_NAME=value; they win.")
  private @Nullable Path config;

  @Option(
      names = "--pin-path",
      paramLabel = "DIR",
      description = "Where maps are shared by a pin of their name.")
  private @Nullable Path pins;

  /// Takes an option in its plain form.
  public boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--btf" -> types = value.path(types);
      case "--kconfig" -> config = value.path(config);
      case "--pin-path" -> pins = value.path(pins);
      default -> {
        return false;
      }
    }
    return true;
  }

  /// Whether somebody said where maps are shared.
  public boolean sharesMaps() {
    return pins != null;
  }

  /// The kernel's types, where a file with them was given.
  ///
  /// @throws BpfException where it cannot be read, or has none
  public Optional<Btf> types() {
    return Optional.ofNullable(types).map(TypesFile::read);
  }

  /// More lines of the kernel's configuration; empty for none.
  ///
  /// @throws BpfException where the file cannot be read
  public String config() {
    return config == null ? "" : configuration(config);
  }

  /// The options with all of it.
  ///
  /// @throws BpfException where a file cannot be read
  public LoadOptions in(LoadOptions before) {
    var options = before;
    if (types != null) {
      // Said at once, also where the object asks for no types.
      TypesFile.check(types);
      options = options.withTypes(types);
    }
    if (config != null) {
      options = options.withConfig(configuration(config));
    }
    return pins == null ? options : options.withPins(pins);
  }

  private static String configuration(Path file) {
    try {
      var text = new String(WholeFile.read(file), StandardCharsets.UTF_8);
      if (KernelConfig.parse(file.toString(), text).values().isEmpty() && !text.isBlank()) {
        throw new BpfException(
            file
                + ": has no line CONFIG_NAME=value"
                + "\n  try: a configuration as text, such as /boot/config-$(uname -r);"
                + " zcat unpacks /proc/config.gz");
      }
      return text;
    } catch (IOException e) {
      throw FileError.of(file, "read", e);
    }
  }
}
