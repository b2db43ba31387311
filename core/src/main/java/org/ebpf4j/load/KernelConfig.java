package org.ebpf4j.load;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;

/// How a kernel was configured when it was built.
///
/// @param values the value of each option that is set, as it stands behind the sign of equality
public record KernelConfig(Map<String, String> values) {
  private static final String PREFIX = "CONFIG_";

  public KernelConfig {
    values = Map.copyOf(values);
  }

  /// The first of these files that can be opened, which may be packed with gzip.
  ///
  /// @throws BpfException where there is none, or what is there cannot be read
  public static KernelConfig read(List<Path> files) {
    for (var file : files) {
      if (Files.isReadable(file)) {
        try (var opened = new BufferedInputStream(Files.newInputStream(file));
            var lines =
                new BufferedReader(
                    new InputStreamReader(unpacked(opened), StandardCharsets.ISO_8859_1))) {
          return parse(file.toString(), lines);
        } catch (IOException e) {
          throw FileError.of(file, "read", e);
        }
      }
    }
    throw new BpfException(
        "the configuration of this kernel is not to be had: none of "
            + files
            + " can be read (is it built with CONFIG_IKCONFIG_PROC?)");
  }

  private static InputStream unpacked(BufferedInputStream stream) throws IOException {
    stream.mark(2);
    var packed = stream.read() == 0x1f && stream.read() == 0x8b;
    stream.reset();
    return packed ? new GZIPInputStream(stream) : stream;
  }

  /// Reads lines `CONFIG_NAME=VALUE`. Others are passed over. Of several for one name the first
  /// counts.
  ///
  /// @param file where they come from, for messages
  /// @throws BpfException for a line that begins like an option and has no value
  public static KernelConfig parse(String file, String text) {
    try (var lines = new BufferedReader(new java.io.StringReader(text))) {
      return parse(file, lines);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KernelConfig parse(String file, BufferedReader lines) throws IOException {
    var values = new HashMap<String, String>();
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(PREFIX)) {
        var sign = line.indexOf('=');
        if (sign < 0 || sign + 1 == line.length()) {
          throw new BpfException(
              file + ": '" + line + "' is no option with a value, such as CONFIG_BPF=y");
        }
        values.putIfAbsent(line.substring(0, sign), line.substring(sign + 1));
      }
    }
    return new KernelConfig(values);
  }

  /// The value of an option: `y`, `m`, `n`, a number, or a text in double quotes. Empty where it is
  /// not set.
  public Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name));
  }
}
