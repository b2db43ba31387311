package org.ebpf4j.cli.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.error.BpfException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What decoders make of bytes.
class DecodingTest {
  @TempDir private Path directory;

  private Path pci = Path.of("nowhere");
  private Path cgroup = Path.of("nowhere");

  @BeforeEach
  void makeMachine() throws IOException {
    cgroup = Files.createDirectories(directory.resolve("cgroup/system.slice/ssh.service"));
    pci =
        Files.writeString(
            directory.resolve("pci.ids"),
            """
            # A comment
            0010  Allied Telesis, Inc
            8086  Intel Corporation
            \t1000  82542 Gigabit Ethernet Controller (Fiber)
            \t\t0e11 b0df  A part
            \t100e  82540EM
            C 02  Network controller
            \t00  Ethernet controller
            \t\t01  An interface
            C 03  Display controller
            """);
  }

  private Decoding decoding(String architecture, List<Path> files) {
    return new Decoding(
        new Numbers(
            new Cgroups(directory.resolve("cgroup"), Duration.ZERO),
            new PciIds(files),
            architecture));
  }

  /// What the decoders, as YAML, make of bytes.
  private Optional<String> decoded(String decoders, byte[] bytes) {
    return decoded(decoders, bytes, decoding("amd64", List.of(directory.resolve("no"), pci)));
  }

  private Optional<String> decoded(String decoders, byte[] bytes, Decoding decoding) {
    try {
      var file =
          Files.writeString(
              directory.resolve("a.yaml"),
              "metrics: {counters: [{name: a, help: b, labels: [{name: x, size: "
                  + bytes.length
                  + ", decoders: ["
                  + decoders
                  + "]}]}]}");
      var rules =
          MetricsConfigReader.read(file).metrics().getFirst().labels().getFirst().decoders();
      return decoding.in(Decoding.untyped("x", 0, bytes.length), rules).text().apply(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] u32(int number) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(number).array();
  }

  @ParameterizedTest
  @CsvSource({
    "errno,        13, EACCES",
    "errno,       524, ENOTSUPP",
    "errno,        41, unknown:41",
    "syscall,       0, read",
    "syscall,     462, mseal",
    "syscall,    9999, unknown_syscall:9999",
    "pci_vendor, 32902, Intel Corporation",
    "pci_vendor, 16, 'Allied Telesis, Inc'",
    "pci_vendor, 7, unknown pci vendor: 0x0007",
    "pci_class, 2, Network controller",
    "pci_class, 3, Display controller",
    "pci_class, 254, unknown pci class: 0xfe",
    "pci_subclass, 512, Ethernet controller",
    "pci_subclass, 513, unknown pci subclass: 0x0201",
    "cgroup, 1, unknown_cgroup_id:1",
  })
  void numbersHaveNames(String decoder, int number, String name) {
    assertThat(decoded("{name: uint}, {name: " + decoder + "}", u32(number))).contains(name);
  }

  @Test
  void pciDevicesAreNamedWithTheirVendors() {
    assertThat(decoded("{name: uint}, {name: pci_device}", u32(0x8086100e))).contains("82540EM");
    assertThat(decoded("{name: uint}, {name: pci_device}", u32(0x0010100e)))
        .contains("unknown pci device: 0x0010100e");
  }

  @Test
  void withoutFileOfPciNamesNumbersAreShown() {
    var without = decoding("amd64", List.of(directory.resolve("no")));
    assertThat(decoded("{name: uint}, {name: pci_vendor}", u32(0x8086), without))
        .contains("0x8086");
    assertThat(decoded("{name: uint}, {name: pci_class}", u32(2), without)).contains("0x02");
  }

  @Test
  void systemCallsAreThoseOfTheArchitecture() {
    var arm = decoding("aarch64", List.of());
    assertThat(decoded("{name: uint}, {name: syscall}", u32(0), arm)).contains("io_setup");
    assertThat(decoded("{name: uint}, {name: syscall}", u32(79), arm)).contains("newfstatat");
    assertThat(decoded("{name: uint}, {name: syscall}", u32(435), arm)).contains("clone3");
    assertThat(decoded("{name: uint}, {name: syscall}", u32(435))).contains("clone3");
  }

  @Test
  void cgroupsAreKnownByTheirIdsAlsoWhenTheyAreGone() throws IOException {
    var decoding = decoding("amd64", List.of());
    var id = ((Number) Files.getAttribute(cgroup, "unix:ino")).longValue();
    var bytes = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(id).array();

    assertThat(decoded("{name: uint}, {name: cgroup}", bytes, decoding))
        .contains(cgroup.toString());
    Files.delete(cgroup);
    assertThat(decoded("{name: uint}, {name: cgroup}", bytes, decoding))
        .contains(cgroup.toString());
    assertThat(decoded("{name: uint}, {name: cgroup}", bytes)).contains("unknown_cgroup_id:" + id);
  }

  @ParameterizedTest
  @CsvSource({
    "076578616d706c6503636f6d00,         example.com",
    "076578616d706c6503636f6d,           example.com",
    "076578616d706c6503636f6d0000000000, example.com",
    "00,                                 .",
    "3f61,                               ?a",
  })
  void domainNamesHaveDots(String hex, String name) {
    assertThat(decoded("{name: dname}", HexFormat.of().parseHex(hex))).contains(name);
    assertThat(decoded("{name: string}, {name: dname}", HexFormat.of().parseHex(hex)))
        .contains(name);
  }

  @Test
  void stacksEndAtZeroAndHaveALineForEachFrame() throws IOException {
    var stack = ByteBuffer.allocate(40).order(ByteOrder.nativeOrder());
    stack.putLong(1).putLong(2).putLong(0).putLong(3);

    assertThat(decoded("{name: kstack}", stack.array())).contains("??\n??");
    assertThat(decoded("{name: kstack}", new byte[16])).contains("");
  }

  @Test
  void blockDevicesThatAreNotThereAreNumbers() {
    assertThat(decoded("{name: majorminor}", u32(0xfff << 8 | 0x12 | 0x345 << 20)))
        .contains("unknown:4095:214290");
  }

  @Test
  void textIsWhatTheKernelHasEvenWhereItIsNone() {
    var bytes = new byte[] {'b', 'a', 'd', (byte) 0xff, '"', '\n', 0, 'x'};
    assertThat(decoded("{name: string}", bytes)).contains("bad\ufffd\"\n");
    assertThat(decoded("{name: string}, {name: regexp, regexps: ['^(b.*d)']}", bytes))
        .contains("bad");
  }

  /// A pattern that takes others for ever.
  @Test
  void patternsTakeAsLongAsTheirTextIs() {
    var bytes = ("a".repeat(50_000) + "!").getBytes(StandardCharsets.US_ASCII);
    assertThat(decoded("{name: string}, {name: regexp, regexps: ['^(a+)+$']}", bytes)).isEmpty();
  }

  @Test
  void aMistakeIsNamedWithItsPlace() {
    assertThatThrownBy(() -> decoded("{name: ksym}", new byte[4]))
        .isInstanceOf(BpfException.class)
        .hasMessageMatching(
            ".*a.yaml, line 1: decoder 'ksym' makes nothing of the 4 bytes of label 'x'; it takes 8 bytes");
    assertThatThrownBy(() -> decoded("{name: string}, {name: errno}", new byte[] {'x'}))
        .isInstanceOf(BpfException.class)
        .hasMessageMatching(
            ".*a.yaml, line 1: decoder 'errno' takes a number, not 'x'; 'uint' before it makes one of bytes");
  }
}
