package org.ebpf4j.cli.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.RunInput;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a configuration makes of real maps.
@KernelTest
class ExporterTest {
  @TempDir private Path directory;

  private final LinuxKernel kernel = LinuxKernel.open();
  private final List<String> complaints = new ArrayList<>();
  private final StringWriter spans = new StringWriter();
  private LinuxObject object;

  @BeforeEach
  void load() {
    object = kernel.load(ObjectSpec.read("metrics", TestObjects.bytes("metrics")));
  }

  @AfterEach
  void close() {
    object.close();
  }

  private String text(String config) throws IOException {
    var file = Files.writeString(directory.resolve("tool.yaml"), config);
    var setting =
        new ExportSetting(
            "ebpf4j",
            Numbers.ofMachine(),
            new Complaints(complaints::add),
            new PrintWriter(spans),
            () -> {});
    try (var exporter =
        new Exporter(MetricsConfigReader.read(file), kernel, List.of(object), setting)) {
      var text = exporter.text();
      assertThat(Exposition.parse(text)).isNotEmpty();
      return text;
    }
  }

  private static byte[] ints(int... numbers) {
    var buffer = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.nativeOrder());
    for (var number : numbers) {
      buffer.putInt(number);
    }
    return buffer.array();
  }

  private void request(int verb, String who, int address, int port, int count) {
    var key =
        ByteBuffer.allocate(32)
            .order(ByteOrder.nativeOrder())
            .putInt(verb)
            .put(who.getBytes(StandardCharsets.UTF_8))
            .put(27, (byte) address)
            .putShort(28, (short) port)
            .array();
    object.map("requests").update(key, ints(count, 0));
  }

  @Test
  void labelsAreMembersOfTheKey() throws IOException {
    request(0, "curl", 1, 80, 3);
    request(1, "a\"b", 1, 443, 4);
    request(7, "curl", 2, 80, 5);

    assertThat(
            text(
                """
                metrics:
                  counters:
                    - name: requests_total
                      help: Requests
                      map: requests
                      labels:
                        - name: verb
                          decoders: [{name: static_map, static_map: {READ: get}, allow_unknown: true}]
                        - name: client
                          member: who
                        - name: from
                        - name: port
                          member: to_port
                    - name: reads
                      help: Requests that read
                      map: requests
                      labels:
                        - name: verb
                          decoders:
                            - name: uint
                            - {name: regexp, regexps: ['^0$', '^7$']}
                            - {name: static_map, static_map: {0: READ}}
                  gauges:
                    - {name: all, help: All of them, map: requests}
                """))
        .isEqualTo(
            """
            # HELP ebpf4j_requests_total Requests
            # TYPE ebpf4j_requests_total counter
            ebpf4j_requests_total{verb="7",client="curl",from="::2",port="80"} 5
            ebpf4j_requests_total{verb="WRITE",client="a\\"b",from="::1",port="443"} 4
            ebpf4j_requests_total{verb="get",client="curl",from="::1",port="80"} 3
            # HELP ebpf4j_reads_total Requests that read
            # TYPE ebpf4j_reads_total counter
            ebpf4j_reads_total{verb="READ"} 3
            ebpf4j_reads_total{verb="unknown:7"} 5
            # HELP ebpf4j_all All of them
            # TYPE ebpf4j_all gauge
            ebpf4j_all 12
            """);
  }

  @Test
  void aPatternGivesItsFirstGroupOrWhatFits() throws IOException {
    request(0, "kswapd0", 1, 1, 1);
    request(0, "kswapd1", 1, 1, 2);
    request(0, "systemd", 1, 1, 4);
    request(0, "a-b-c", 1, 1, 8);
    request(0, "xyz", 1, 1, 16);
    request(0, "lonely", 1, 1, 32);

    assertThat(
            text(
                """
                metrics:
                  counters:
                    - name: requests
                      help: Requests
                      labels:
                        - name: who
                          decoders:
                            - name: regexp
                              regexps:
                                - ^(kswapd).*$
                                - sys[a-z]em
                                - ^(\\w)-(\\w)
                                - ^lone(x)?
                """))
        .endsWith(
            """
            counter
            ebpf4j_requests_total{who=""} 32
            ebpf4j_requests_total{who="a"} 8
            ebpf4j_requests_total{who="kswapd"} 3
            ebpf4j_requests_total{who="system"} 4
            """);
  }

  @Test
  void labelsArePartsOfTheKeyWithSizes() throws IOException {
    request(1, "curl", 9, 80, 3);

    assertThat(
            text(
                """
                metrics:
                  counters:
                    - name: requests
                      help: Requests
                      labels:
                        - {name: verb, size: 4, decoders: [{name: uint}]}
                        - {name: who, size: 8, decoders: [{name: string}]}
                        - {name: from, size: 16, decoders: [{name: inet_ip}]}
                        - {name: port, size: 2, padding: 1}
                        - {name: rest, size: 1, decoders: [{name: hex}]}
                """))
        .endsWith(
            "ebpf4j_requests_total{verb=\"1\",who=\"curl\",from=\"::9\",port=\"80\",rest=\"00\"}"
                + " 3\n");
  }

  @Test
  void anAddressIsTheFunctionItIsIn() throws IOException {
    var start =
        Files.readAllLines(Path.of("/proc/kallsyms")).stream()
            .filter(l -> l.endsWith(" T vfs_read"))
            .findFirst()
            .orElseThrow()
            .substring(0, 16);
    var key = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
    key.putLong(8, Long.parseUnsignedLong(start, 16) + 1);
    object.map("steps").update(key.array(), ints(2, 0));

    assertThat(
            text(
                """
                metrics:
                  counters:
                    - name: steps
                      help: Calls
                      labels:
                        - name: device
                          decoders: [{name: ifname}]
                        - name: function
                          member: bucket
                          decoders: [{name: ksym}]
                """))
        .endsWith("ebpf4j_steps_total{device=\"unknown:0\",function=\"vfs_read\"} 2\n");
  }

  @Test
  void bucketsInKeysAreAHistogram() throws IOException {
    var steps = object.map("steps");
    steps.update(ints(1, 0, 0, 0), ints(1, 0));
    steps.update(ints(1, 0, 2, 0), ints(5, 0));
    steps.update(ints(1, 0, 4, 0), ints(21, 0));
    steps.update(ints(2, 0, 3, 0), ints(2, 0));

    assertThat(
            text(
                """
                metrics:
                  histograms:
                    - name: steps
                      help: Steps
                      bucket_type: exp2
                      bucket_min: 0
                      bucket_max: 3
                      bucket_multiplier: 0.5
                      labels:
                        - name: device
                        - name: bucket
                """))
        .isEqualTo(
            """
            # HELP ebpf4j_steps Steps
            # TYPE ebpf4j_steps histogram
            ebpf4j_steps_bucket{device="1",le="0.5"} 1
            ebpf4j_steps_bucket{device="1",le="1"} 1
            ebpf4j_steps_bucket{device="1",le="2"} 6
            ebpf4j_steps_bucket{device="1",le="4"} 6
            ebpf4j_steps_bucket{device="1",le="+Inf"} 6
            ebpf4j_steps_sum{device="1"} 10.5
            ebpf4j_steps_count{device="1"} 6
            ebpf4j_steps_bucket{device="2",le="0.5"} 0
            ebpf4j_steps_bucket{device="2",le="1"} 0
            ebpf4j_steps_bucket{device="2",le="2"} 0
            ebpf4j_steps_bucket{device="2",le="4"} 2
            ebpf4j_steps_bucket{device="2",le="+Inf"} 2
            ebpf4j_steps_sum{device="2"} 0
            ebpf4j_steps_count{device="2"} 2
            """);
  }

  @Test
  void slotsInValuesAreAHistogram() throws IOException {
    object.map("latency").update(ints(1), ints(1, 2, 0, 4, 0, 7, 300, 0));

    assertThat(
            text(
                """
                metrics:
                  histograms:
                    - name: latency_seconds
                      help: Latency
                      map: latency
                      sum: total
                      bucket_type: exp2
                      bucket_multiplier: 0.001
                      labels: [{name: operation}]
                    - name: latency_ns
                      help: Latency, in steps
                      map: latency
                      value: slots
                      bucket_type: linear
                      bucket_min: 10
                      bucket_max: 11
                      labels: [{name: operation}]
                """))
        .isEqualTo(
            """
            # HELP ebpf4j_latency_seconds Latency
            # TYPE ebpf4j_latency_seconds histogram
            ebpf4j_latency_seconds_bucket{operation="WRITE",le="0.002"} 1
            ebpf4j_latency_seconds_bucket{operation="WRITE",le="0.004"} 3
            ebpf4j_latency_seconds_bucket{operation="WRITE",le="0.008"} 3
            ebpf4j_latency_seconds_bucket{operation="WRITE",le="0.016"} 7
            ebpf4j_latency_seconds_bucket{operation="WRITE",le="0.032"} 7
            ebpf4j_latency_seconds_bucket{operation="WRITE",le="+Inf"} 14
            ebpf4j_latency_seconds_sum{operation="WRITE"} 0.3
            ebpf4j_latency_seconds_count{operation="WRITE"} 14
            # HELP ebpf4j_latency_ns Latency, in steps
            # TYPE ebpf4j_latency_ns histogram
            ebpf4j_latency_ns_bucket{operation="WRITE",le="10"} 1
            ebpf4j_latency_ns_bucket{operation="WRITE",le="11"} 3
            ebpf4j_latency_ns_bucket{operation="WRITE",le="+Inf"} 14
            ebpf4j_latency_ns_sum{operation="WRITE"} 0
            ebpf4j_latency_ns_count{operation="WRITE"} 14
            """);
  }

  @Test
  void programsAndMapsAreCounted() throws IOException {
    try (var counting = kernel.statistics()) {
      object.program("count").run(RunInput.packet(new byte[64]).repeat(30));
      assertThat(counting.isOpen()).isTrue();
    }

    assertThat(
            text(
                """
                metrics:
                  counters:
                    - {name: packets, help: Packets, map: runs, labels: [{name: length}]}
                  programs: true
                  maps: [runs, steps]
                """))
        .matches(
            """
            # HELP ebpf4j_packets_total Packets
            # TYPE ebpf4j_packets_total counter
            ebpf4j_packets_total\\{length="50"} 30
            # HELP ebpf4j_program_runs_total Runs of a program.
            # TYPE ebpf4j_program_runs_total counter
            ebpf4j_program_runs_total\\{program="count"} 30
            # HELP ebpf4j_program_run_seconds_total How long the runs of a program took, together.
            # TYPE ebpf4j_program_run_seconds_total counter
            ebpf4j_program_run_seconds_total\\{program="count"} \\S+
            # HELP ebpf4j_program_recursion_misses_total How often a program was not run, as it was running already.
            # TYPE ebpf4j_program_recursion_misses_total counter
            ebpf4j_program_recursion_misses_total\\{program="count"} 0
            # HELP ebpf4j_map_entries Entries in a map.
            # TYPE ebpf4j_map_entries gauge
            ebpf4j_map_entries\\{map="runs"} 1
            ebpf4j_map_entries\\{map="steps"} 0
            # HELP ebpf4j_map_max_entries How many entries a map can hold.
            # TYPE ebpf4j_map_max_entries gauge
            ebpf4j_map_max_entries\\{map="runs"} 64
            ebpf4j_map_max_entries\\{map="steps"} 64
            """);
  }

  @Test
  void aMapThatIsNotThereIsNamedWithThoseNearIt() {
    assertThatThrownBy(
            () -> text("metrics:\n  counters:\n    - {name: x, help: y, map: request}\n"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage(
            "no map 'request'; near it: requests. It is named in "
                + directory.resolve("tool.yaml")
                + ", line 3\n  try: requests");
    assertThatThrownBy(() -> text("metrics:\n  programs: [cuont]\n"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageStartingWith("no program 'cuont'; near it: count.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          counters   | map: traffic                               | the values of map 'traffic' hold several numbers; name one with 'value': packets, bytes, level
          counters   | map: traffic, value: byte                  | no number in the values of map 'traffic': 'byte'; near it: bytes, level, packets
          counters   | map: requests, labels: [{name: whom}]      | no member of the keys of map 'requests': 'whom'; near it: from, to_local, to_port, verb, who
          counters   | map: steps, labels: [{name: device, size: 4}] | the labels have 4 bytes together, padding included; the keys of map 'steps' have 16
          counters   | map: steps, labels: [{name: device, decoders: [{name: inet_ip}]}, {name: bucket, decoders: [{name: inet_ip}]}] | decoder 'inet_ip' makes nothing of the 8 bytes of label 'bucket'
          histograms | map: steps, bucket_type: exp2, bucket_max: 3 | the last label of a histogram is the number of the bucket; this has no label, and its values are no arrays
          histograms | map: steps, bucket_type: exp2, labels: [{name: device}, {name: bucket}] | 'bucket_max' is missing
          histograms | map: steps, bucket_type: linear, bucket_min: 4, bucket_max: 3, labels: [{name: device}, {name: bucket}] | buckets from 4 to 3
          histograms | map: latency, value: slots, sum: totl, bucket_type: exp2 | no number in the values of map 'latency': 'totl'; near it: slots, total
          histograms | map: steps, sum: x, bucket_max: 3, bucket_type: exp2, labels: [{name: device}, {name: bucket}] | 'sum' goes with values that hold an array
          """)
  void aMapThatIsNotAsTheMetricSaysIsRefused(String kind, String metric, String problem) {
    assertThatThrownBy(
            () -> text("metrics:\n  " + kind + ":\n    - {name: x, help: y, " + metric + "}\n"))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining(problem)
        .hasMessageContaining("tool.yaml, line 3");
  }
}
