package org.ebpf4j.cli.verify;

import java.io.BufferedReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.ebpf4j.testkit.fuzz.FuzzTarget;

/// Baselines of `verify`.
public final class BaselineTarget implements FuzzTarget {
  private static final Path FILE = Path.of("fuzz");

  @Override
  public List<byte[]> seeds() {
    var lines =
        """
        {"file":"a.bpf.o","program":"f","section":"xdp","verdict":"ok","insn_fnv":"00ff","verified_insns":12}
        {"file":"a.bpf.o","program":"g","section":"tc","verdict":"rejected","message":"R1 \\u00fc invalid\\nmem"}
        {"file":"b.bpf.o","verdict":"error","message":"","verifiedInsns":-1.5e3,"more":{"a":[1,null,true]}}
        """;
    return List.of(lines.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void run(byte[] input) {
    fuzzerTestOneInput(input);
  }

  /// One input.
  public static void fuzzerTestOneInput(byte[] bytes) {
    FuzzCase.of(
        bytes,
        it -> {
          var text = new String(bytes, StandardCharsets.UTF_8);
          var baseline =
              it.value(() -> Baseline.read(FILE, new BufferedReader(new StringReader(text))));
          it.attempt(() -> baseline.compare(List.of()));
        });
  }
}
