package org.ebpf4j.linux.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.RunInput;
import org.ebpf4j.codec.PerCpu;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxMap;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Entries of real maps as numbers with labels.
@KernelTest
class MapSamplesTest {
  private final LinuxKernel kernel = LinuxKernel.open();
  private LinuxObject object;

  @BeforeEach
  void load() {
    object = kernel.load(ObjectSpec.read("metrics", TestObjects.bytes("metrics")));
  }

  @AfterEach
  void close() {
    object.close();
  }

  private static byte[] bytes(int... numbers) {
    var buffer = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.nativeOrder());
    for (var number : numbers) {
      buffer.putInt(number);
    }
    return buffer.array();
  }

  private static byte[] request(int verb, String who, byte[] from, int port) {
    return ByteBuffer.allocate(32)
        .order(ByteOrder.nativeOrder())
        .putInt(verb)
        .put(who.getBytes(StandardCharsets.UTF_8))
        .position(12)
        .put(from)
        .putShort((short) port)
        .put((byte) 1)
        .array();
  }

  private static byte[] address(int last) {
    var address = new byte[16];
    address[15] = (byte) last;
    return address;
  }

  @Test
  void theMembersOfAKeyAreLabels() {
    var map = object.map("requests");
    map.update(request(1, "curl", address(1), 65535), bytes(7, 0));
    map.update(request(9, "wget-123", address(2), 80), bytes(-1, -1));

    assertThat(MapSamples.of(map).read())
        .containsExactlyInAnyOrder(
            new Sample(
                "requests",
                Map.of(
                    "verb",
                    "WRITE",
                    "who",
                    "curl",
                    "from",
                    "::1",
                    "to_port",
                    "65535",
                    "to_local",
                    "true"),
                7),
            new Sample(
                "requests",
                Map.of(
                    "verb",
                    "9",
                    "who",
                    "wget-123",
                    "from",
                    "::2",
                    "to_port",
                    "80",
                    "to_local",
                    "true"),
                Math.pow(2, 64)));
    assertThat(List.copyOf(MapSamples.of(map).read().getFirst().labels().keySet()))
        .containsExactly("verb", "who", "from", "to_port", "to_local");
  }

  @Test
  void whatIsOfTheNetworkIsShownAsPeopleWriteIt() {
    object.map("peers").update(new byte[] {10, 0, 0, 1, 1, (byte) 0xbb, 0, 0}, bytes(7, 0));

    assertThat(MapSamples.of(object.map("peers")).read())
        .containsExactly(new Sample("peers", Map.of("from", "10.0.0.1", "port", "443"), 7));
  }

  @Test
  void theNumbersOfAValueAreSamples() {
    var map = object.map("traffic");
    map.update(bytes(3), bytes(0, 0, 5, 0, 600, 0, -4, 0));

    assertThat(MapSamples.of(map).read())
        .extracting(Sample::name, Sample::labels, Sample::value)
        .containsExactly(
            tuple("traffic_packets", Map.of("key", "3"), 5.0),
            tuple("traffic_bytes", Map.of("key", "3"), 600.0),
            tuple("traffic_level", Map.of("key", "3"), -4.0));
    assertThat(MapSamples.of(map).withMember("bytes").withName("size").read())
        .containsExactly(new Sample("size", Map.of("key", "3"), 600));
  }

  @Test
  void theNumbersOfAnArrayAreSamplesWithTheirIndex() {
    var map = object.map("latency");
    map.update(bytes(0), bytes(1, 2, 3, 4, 5, 6, 100, 0));

    var samples = MapSamples.of(map);
    assertThat(samples.read()).hasSize(7);
    assertThat(samples.read())
        .contains(new Sample("latency_slots", Map.of("key", "READ", "slots", "2"), 3))
        .contains(new Sample("latency_total", Map.of("key", "READ"), 100));
    assertThat(samples.indexLabel()).isEqualTo("slots");
    assertThat(samples.arrayLength()).isEqualTo(6);
  }

  @Test
  void anIndexHasALabelOfItsOwn() {
    var map = object.map("latency");
    map.update(bytes(0), bytes(1, 2, 3, 4, 5, 6, 100, 0));
    var verb = Label.ofKey(map).getFirst().withName("slots");

    assertThat(MapSamples.of(map).withLabels(List.of(verb)).read())
        .contains(new Sample("latency_slots", Map.of("slots", "READ", "slots_index", "5"), 6));
  }

  @Test
  void valuesOfAllCpusAreSummed() {
    var map = object.map("runs").perCpu(Integer.class, Integer.class);
    var cpus = map.valueSize() / 8;
    map.update(4, new PerCpu<>(java.util.stream.IntStream.range(1, cpus + 1).boxed().toList()));

    assertThat(MapSamples.of(object.map("runs")).read())
        .containsExactly(new Sample("runs", Map.of("key", "4"), cpus * (cpus + 1) / 2.0));
  }

  @Test
  void whatAProgramCountsIsExact() {
    var program = object.program("count");
    program.run(RunInput.packet(new byte[64]).repeat(1000));
    program.run(RunInput.packet(new byte[128]).repeat(17));

    // The kernel takes the header of 14 bytes off before a socket's program sees the packet.
    assertThat(MapSamples.of(object.map("runs")).read())
        .containsExactlyInAnyOrder(
            new Sample("runs", Map.of("key", "50"), 1000),
            new Sample("runs", Map.of("key", "114"), 17));
  }

  @Test
  void entriesWithEqualLabelsAreSummed() {
    var map = object.map("requests");
    map.update(request(0, "a", address(1), 1), bytes(1, 0));
    map.update(request(0, "b", address(1), 2), bytes(2, 0));
    map.update(request(1, "a", address(1), 3), bytes(4, 0));
    var verb = Label.ofKey(map).getFirst();

    assertThat(MapSamples.of(map).withLabels(List.of(verb)).read())
        .containsExactlyInAnyOrder(
            new Sample("requests", Map.of("verb", "READ"), 3),
            new Sample("requests", Map.of("verb", "WRITE"), 4));
    assertThat(MapSamples.of(map).withLabels(List.of()).read())
        .containsExactly(new Sample("requests", Map.of(), 7));
    var onlyReads =
        verb.withText(b -> b[0] == 0 ? Optional.of("reading") : Optional.empty()).withName("what");
    assertThat(MapSamples.of(map).withLabels(List.of(onlyReads)).read())
        .containsExactly(new Sample("requests", Map.of("what", "reading"), 3));
  }

  private LinuxMap untyped(MapType type, int keySize, int valueSize) {
    return kernel.createMap(MapSpec.of("untyped", type, keySize, valueSize, 4));
  }

  @Test
  void keysWithoutATypeAreNumbersOrHexadecimal() {
    try (var numbers = untyped(MapType.ARRAY, 4, 8);
        var others = untyped(MapType.HASH, 3, 2)) {
      numbers.update(bytes(2), bytes(9, 0));
      others.update(new byte[] {1, 2, (byte) 0xff}, new byte[] {1, 0});

      assertThat(MapSamples.of(numbers).read())
          .extracting(s -> s.label("key"), Sample::value)
          .containsExactly(tuple("0", 0.0), tuple("1", 0.0), tuple("2", 9.0), tuple("3", 0.0));
      assertThat(MapSamples.of(others).read())
          .containsExactly(new Sample("untyped", Map.of("key", "0102ff"), 1));
    }
  }

  @Test
  void aMapThatIsOpenedAgainHasTheSameLabels() {
    var map = object.map("requests");
    map.update(request(1, "curl", address(1), 1), bytes(7, 0));
    try (var again = kernel.openMap(map.id())) {
      assertThat(MapSamples.of(again).read()).isEqualTo(MapSamples.of(map).read());
    }
  }

  @Test
  void whatCannotBeToldIsRefused() {
    var map = object.map("traffic");
    var samples = MapSamples.of(map);
    var key = Label.ofKey(map).getFirst();

    assertThatThrownBy(() -> samples.withMember("byte"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("'byte'")
        .hasMessageContaining("near it: bytes");
    assertThatThrownBy(() -> samples.withLabels(List.of(key, key)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two labels are named 'key'");
    assertThatThrownBy(
            () -> samples.withLabels(List.of(new Label("x", 2, 4, _ -> Optional.of("")))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label 'x' would be 4 bytes at byte 2 of a key of 4");
    try (var queue = untyped(MapType.QUEUE, 0, 4);
        var others = untyped(MapType.HASH, 4, 3)) {
      assertThatThrownBy(() -> MapSamples.of(queue))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("map 'untyped' has no keys");
      assertThatThrownBy(() -> MapSamples.of(others))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("has no number in its values of 3 bytes");
    }
  }

  @Test
  void aClosedMapIsNotRead() {
    var map = object.map("traffic").duplicate();
    var samples = MapSamples.of(map);
    map.close();

    assertThatThrownBy(samples::read).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theRunsOfAProgramAreSamples() {
    var program = object.program("count");
    try (var counting = kernel.statistics()) {
      program.run(RunInput.packet(new byte[64]).repeat(20));
      assertThat(counting.isOpen()).isTrue();
    }

    var samples = ProgramSamples.read(program);
    assertThat(samples)
        .extracting(Sample::name)
        .containsExactly("program_runs", "program_run_seconds", "program_recursion_misses");
    assertThat(samples).allMatch(s -> s.label("program").equals("count"));
    assertThat(samples.getFirst().value()).isEqualTo(20);
    assertThat(samples.get(1).value()).isBetween(1e-9, 1.0);
  }
}
