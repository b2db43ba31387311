package org.ebpf4j.cli.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.RunInput;
import org.ebpf4j.cli.process.OutputException;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a configuration makes of an object's events, cgroups and values for each CPU.
@KernelTest
@RequiresKernel(value = "5.8", because = "ring buffers")
@SuppressWarnings("try") // What closing does is what is looked at.
class ExportedObjectTest {
  @TempDir private Path directory;

  private final LinuxKernel kernel = LinuxKernel.open();
  private final List<String> complaints = new ArrayList<>();
  private final StringWriter spans = new StringWriter();
  private final Cgroups cgroups = Cgroups.ofMachine();
  private LinuxObject object;

  @BeforeEach
  void load() {
    object = kernel.load(ObjectSpec.read("export", TestObjects.bytes("export")));
  }

  @AfterEach
  void close() {
    object.close();
    kernel.close();
  }

  private Exporter exporter(String config, LinuxObject of) throws IOException {
    var file = Files.writeString(directory.resolve("tool.yaml"), config);
    var setting =
        new ExportSetting(
            "x",
            new Numbers(cgroups, new PciIds(List.of()), "amd64"),
            new Complaints(complaints::add),
            new PrintWriter(spans),
            () -> {});
    return new Exporter(MetricsConfigReader.read(file), kernel, List.of(of), setting);
  }

  private void record(int times) {
    for (int i = 0; i < times; i++) {
      object.program("record").run(RunInput.packet(new byte[64]));
    }
  }

  @Test
  void eventsOfPerfBuffersAreCounted() throws IOException {
    try (var exporter =
        exporter(
            """
            metrics:
              counters:
                - name: packets
                  help: Packets
                  perf_event_array: true
                  labels:
                    - {name: length, size: 4, decoders: [{name: uint}]}
                    - {name: name, size: 6, decoders: [{name: string}]}
            """,
            object)) {
      record(5);
      exporter.start();
      // Closing reads what is there.
      exporter.close();

      assertThat(exporter.text())
          .isEqualTo(
              """
              # HELP x_packets_total Packets
              # TYPE x_packets_total counter
              x_packets_total{length="50",name="packet"} 5
              # HELP x_events_lost_total Events that the kernel lost.
              # TYPE x_events_lost_total counter
              x_events_lost_total{map="packets"} 0
              """);
      assertThat(complaints).isEmpty();
    }
  }

  @Test
  void eventsOfRingsAreSpans() throws IOException {
    var config =
        """
        tracing:
          spans:
            - name: packet
              ringbuf: spans
              service: net
              labels:
                - {name: trace_id, size: 16, decoders: [{name: hex}]}
                - {name: parent_span_id, size: 8, decoders: [{name: hex}]}
                - {name: span_id, size: 8, decoders: [{name: hex}]}
                - {name: span_monotonic_timestamp_ns, size: 8, decoders: [{name: uint}]}
                - {name: span_duration_ns, size: 8, decoders: [{name: uint}]}
                - {name: function, size: 8, decoders: [{name: ksym}]}
                - {name: name, size: 8, decoders: [{name: string}]}
        """;
    try (var exporter = exporter(config, object)) {
      exporter.start();
      record(2);
      exporter.close();

      assertThat(spans.toString().lines()).hasSize(2);
      assertThat(spans.toString())
          .contains("\"traceId\":\"ab000000000000000000000000000001\"")
          .contains("\"spanId\":\"0000000000000002\",\"name\":\"packet\"")
          .contains("{\"key\":\"name\",\"value\":{\"stringValue\":\"a\\\"b\\nc\"}}")
          .contains("{\"key\":\"function\",\"value\":{\"stringValue\":\"unknown_addr:0x0\"}}");
      assertThat(complaints).isEmpty();
    }
  }

  @Test
  void theEndOfTheOutputOfSpansIsAnEnd() throws IOException {
    var full =
        new PrintWriter(
            new Writer() {
              @Override
              public void write(char[] text, int offset, int length) throws IOException {
                throw new IOException("no space left");
              }

              @Override
              public void flush() {}

              @Override
              public void close() {}
            });
    var ended = new CountDownLatch(1);
    var setting =
        new ExportSetting(
            "x",
            new Numbers(cgroups, new PciIds(List.of()), "amd64"),
            new Complaints(complaints::add),
            full,
            ended::countDown);
    var file =
        Files.writeString(
            directory.resolve("tool.yaml"),
            "tracing: {spans: [{ringbuf: spans, labels: [{name: x, size: 8}]}]}");
    try (var exporter =
        new Exporter(MetricsConfigReader.read(file), kernel, List.of(object), setting)) {
      exporter.start();
      record(2);
      assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();

      assertThatThrownBy(exporter::checkOutput)
          .isInstanceOf(OutputException.class)
          .hasMessage("spans: cannot be written: an error of the file they go to");
      assertThat(complaints).isEmpty();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anEventThatIsTooShortIsSaidOnce() throws IOException {
    var config =
        """
        metrics:
          counters:
            - name: packets
              help: Packets
              perf_event_array: true
              labels: [{name: all, size: 1000, decoders: [{name: hex}]}]
        """;
    try (var exporter = exporter(config, object)) {
      record(3);
      exporter.start();
      exporter.close();

      assertThat(complaints).hasSize(1);
      assertThat(complaints.getFirst())
          .startsWith("map 'packets': an event has ")
          .endsWith(" bytes, and its labels 1000 together");
    }
  }

  @Test
  void theCpuIsALabelWhereItComesAfterTheKey() throws IOException {
    var cpus = object.map("runs").valueSize() / Long.BYTES;
    record(4);
    var pair = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putInt(7).putInt(3).array();
    var values = ByteBuffer.allocate(cpus * Long.BYTES).order(ByteOrder.nativeOrder());
    for (int i = 0; i < cpus; i++) {
      values.putLong(i + 1);
    }
    object.map("pairs").update(pair, values.array(), Update.ANY);

    try (var exporter =
        exporter(
            """
            metrics:
              counters:
                - name: runs
                  help: Runs
                - name: runs_of_cpu
                  map: runs
                  help: Runs
                  labels: [{name: cpu, size: 2, decoders: [{name: uint}]}]
                - name: runs_of_key
                  map: runs
                  help: Runs
                  labels:
                    - {name: key, size: 4, decoders: [{name: uint}]}
                    - name: cpu
                      size: 2
                      decoders: [{name: uint}, {name: static_map, static_map: {0: first}}]
                - name: pairs
                  help: The key has a CPU
                  labels: [{name: kind}, {name: cpu}]
            """,
            object)) {
      var text = exporter.text();
      assertThat(text)
          .contains("x_runs_total 4\n")
          .containsPattern("x_runs_of_cpu_total\\{cpu=\"0\"} \\d\n")
          .contains("x_runs_of_cpu_total{cpu=\"" + (cpus - 1) + "\"} ")
          .contains("x_runs_of_key_total{key=\"0\",cpu=\"first\"} ")
          .contains("x_pairs_total{kind=\"7\",cpu=\"3\"} " + cpus * (cpus + 1) / 2 + "\n");
      if (cpus > 1) {
        assertThat(text).contains("x_runs_of_key_total{key=\"0\",cpu=\"unknown:1\"} ");
      }
      assertThat(
              text.lines()
                  .filter(l -> l.startsWith("x_runs_of_cpu_total{"))
                  .mapToInt(l -> Integer.parseInt(l.substring(l.indexOf(' ') + 1)))
                  .sum())
          .isEqualTo(4);
    }
  }

  @Test
  @Requires(Facility.CGROUP2)
  void cgroupsThatFitAreInTheMapWhileTheyAreThere() throws IOException {
    var mount = cgroups.current().values().stream().min(Path::compareTo).orElseThrow();
    var cgroup =
        Files.createDirectory(mount.resolve("ebpf4j-export-" + ProcessHandle.current().pid()));
    try {
      var id = ((Number) Files.getAttribute(cgroup, "unix:ino")).longValue();
      var key = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(id).array();
      var rule =
          rule("cgroup_id_map: {name: cgroups, type: hash, regexps: ['/ebpf4j-(export)-[0-9]+$']}");
      try (var keeper =
          new CgroupMapKeeper(
              rule, object.map("cgroups"), cgroups, new Complaints(complaints::add))) {
        assertThat(object.map("cgroups").count()).isEqualTo(1);
        assertThat(object.map("cgroups").lookup(key)).isPresent();

        Files.delete(cgroup);
        keeper.refresh();

        assertThat(object.map("cgroups").count()).isZero();
      }
    } finally {
      Files.deleteIfExists(cgroup);
    }
  }

  private MetricsConfig.CgroupMap rule(String yaml) throws IOException {
    var file = Files.writeString(directory.resolve("c.yaml"), yaml + "\nmetrics: {maps: true}\n");
    return MetricsConfigReader.read(file).cgroups().orElseThrow();
  }

  @Test
  @Requires(Facility.CGROUP2)
  @RequiresKernel(value = "6.2", because = "cgroup storage")
  void cgroupsThatFitHaveAValueInStorage() throws IOException {
    var mount = cgroups.current().values().stream().min(Path::compareTo).orElseThrow();
    var cgroup =
        Files.createDirectory(mount.resolve("ebpf4j-storage-" + ProcessHandle.current().pid()));
    try (var storage =
            kernel.load(ObjectSpec.read("storage", TestObjects.bytes("export_storage")));
        var _ =
            new CgroupMapKeeper(
                rule(
                    "cgroup_id_map: {name: cgroups, type: cgrp_storage, regexps: [ebpf4j-storage]}"),
                storage.map("cgroups"),
                cgroups,
                new Complaints(complaints::add))) {
      var values = storage.map("cgroups").storage(Long.class);
      assertThat(values.lookup(cgroup)).contains(1L);
      assertThat(values.lookup(mount)).isEmpty();
    } finally {
      Files.deleteIfExists(cgroup);
    }
  }

  @Test
  void aMapThatIsNotAsTheFileSaysIsAMistake() {
    assertThatThrownBy(() ->
            exporter(
                "metrics: {counters: [{name: runs, help: x, perf_event_array: true}]}", object))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining(
            "tool.yaml, line 1: perf_event_array: map 'runs' is to be of type perf_event_array, and is percpu_array");
    assertThatThrownBy(() -> exporter("tracing: {spans: [{ringbuf: packets, labels: []}]}", object))
        .hasMessageContaining(
            "tool.yaml, line 1: ringbuf: map 'packets' is to be of type ringbuf, and is perf_event_array");
    assertThatThrownBy(() ->
            exporter("metrics: {maps: true}\ncgroup_id_map: {name: runs, regexps: [x]}", object))
        .hasMessageContaining("tool.yaml, line 2: map 'runs' has keys of 4 bytes");
  }

  @Test
  void oneMetricThatFailsDoesNotTakeTheOthersWithIt() throws IOException {
    record(1);
    try (var exporter =
        exporter(
            """
            metrics:
              counters:
                - {name: runs, help: Runs}
                - name: wrong
                  map: runs
                  help: No number
                  labels:
                    - name: key
                      size: 4
                      decoders: [{name: hex}, {name: static_map, static_map: {'00000000': zero}}, {name: errno}]
            """,
            object)) {
      for (int i = 0; i < 2; i++) {
        assertThat(exporter.text())
            .contains("x_runs_total 1\n")
            .doesNotContain("x_wrong_total")
            .contains("x_failed_reads_total{metric=\"wrong_total\"} " + (i + 1) + "\n");
      }
      assertThat(exporter.isComplete()).isFalse();
      assertThat(complaints).hasSize(1);
      assertThat(complaints.getFirst()).contains("decoder 'errno' takes a number, not 'zero'");
    }
  }
}
