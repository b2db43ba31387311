package org.ebpf4j.cli.export;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.input.YamlPart;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.Seeds;

/// Configurations of metrics.
public final class ConfigTarget implements FuzzTarget {
  private static final Path FILE = Path.of("fuzz");

  @Override
  public List<byte[]> seeds() {
    var seeds = new ArrayList<>(Seeds.files(".yaml", "examples"));
    seeds.add(
        """
        metrics:
          counters:
            - name: reads_total
              help: Reads.
              labels:
                - name: comm
                  size: 16
                  decoders:
                    - name: string
                    - name: regexp
                      regexps: ["^(a+)b*$"]
                - name: op
                  size: 4
                  padding: 4
                  decoders:
                    - name: static_map
                      static_map: {1: read, 2: write}
                      allow_unknown: true
          histograms:
            - name: latency_seconds
              help: Latency.
              bucket_type: exp2
              bucket_min: 0
              bucket_max: 26
              bucket_multiplier: 0.000001
              labels: [{name: bucket, size: 8, decoders: [{name: uint}]}]
        """
            .getBytes(StandardCharsets.UTF_8));
    return seeds;
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
          it.attempt(() -> MetricsConfigReader.of(FILE, YamlPart.of(FILE, text)));
        });
  }
}
