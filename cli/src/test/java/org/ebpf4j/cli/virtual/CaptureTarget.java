package org.ebpf4j.cli.virtual;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.Seeds;
import org.ebpf4j.vm.capture.CaptureReader;
import org.ebpf4j.vm.capture.CaptureWriter;

/// Captures of packets, in both forms.
public final class CaptureTarget implements FuzzTarget {
  @Override
  public List<byte[]> seeds() {
    var seeds = new ArrayList<>(Seeds.files(".pcap", "examples"));
    for (var blocks : new boolean[] {false, true}) {
      var bytes = new ByteArrayOutputStream();
      try (var writer = CaptureWriter.of("some", bytes, blocks)) {
        for (int i = 0; i < 4; i++) {
          writer.write(1_700_000_000_123_456_789L + i, new byte[14 + 20 * i]);
        }
      }
      seeds.add(bytes.toByteArray());
    }
    return seeds;
  }

  @Override
  public void run(byte[] input) {
    fuzzerTestOneInput(input);
  }

  /// One input.
  public static void fuzzerTestOneInput(byte[] bytes) {
    FuzzCase.of(bytes, it -> it.attempt(() -> read(bytes)));
  }

  /// Reads all packets, as frames; how many bytes they have.
  private static long read(byte[] bytes) {
    try (var reader = CaptureReader.of("fuzz.pcap", new ByteArrayInputStream(bytes))) {
      long size = 0;
      for (var packet = reader.next(); packet.isPresent(); packet = reader.next()) {
        size += packet.get().frame().length;
      }
      return size;
    }
  }
}
