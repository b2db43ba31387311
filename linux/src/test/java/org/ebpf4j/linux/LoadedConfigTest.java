package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.RelocationException;
import org.ebpf4j.linux.internal.host.KernelRelease;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The kernel's configuration as programs see it.
@KernelTest
class LoadedConfigTest {
  private static final ObjectSpec SPEC = Run.spec("load_kconfig");
  private static final String ALL =
      """
      CONFIG_BPF_SYSCALL=y
      CONFIG_EBPF4J_BOOL=y
      CONFIG_EBPF4J_TRISTATE=m
      CONFIG_EBPF4J_CHAR=m
      CONFIG_EBPF4J_INT=-250
      CONFIG_EBPF4J_HEX=0xffff888000000000
      CONFIG_EBPF4J_STRING="longer than that"
      """;

  private static LinuxObject load(String config) {
    return LinuxKernel.open().load(SPEC, LoadOptions.DEFAULT.withConfig(config));
  }

  private static void assumeConfig() {
    assumeTrue(
        Files.isReadable(Path.of("/proc/config.gz"))
            || Files.isReadable(Path.of("/boot/config-" + KernelRelease.name())),
        "the kernel does not say what it has");
  }

  private static String text(LinuxObject object) {
    var bytes = object.variable("text").memory().toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  @Test
  void programsSeeValuesOfEveryKind() {
    try (var object = load(ALL)) {
      Run.once(object, "look");
      assertThat(object.variable("has_bpf").get()).isEqualTo(1);
      assertThat(object.variable("yes").get()).isEqualTo(1);
      assertThat(object.variable("choice").get()).isEqualTo(2);
      assertThat(object.variable("letter").get()).isEqualTo('m');
      assertThat(object.variable("number").get()).isEqualTo(-250);
      assertThat(object.variable("hex").get()).isEqualTo(0xffff888000000000L);
      assertThat(text(object)).isEqualTo("longe\0");
    }
  }

  @Test
  void factsThatNoConfigurationHasAreFoundOut() {
    try (var object = load(ALL)) {
      Run.once(object, "look");
      var release = KernelRelease.running();
      assertThat(object.variable("version").get() >> 8)
          .isEqualTo(release.major() << 8 | release.minor());
      assertThat(object.variable("has_cookie").get()).isEqualTo(release.isBefore(5, 15) ? 0 : 1);
      assertThat(object.variable("no_such_fact").get()).isZero();
    }
  }

  /// The kernel tells it by what it takes for a kprobe.
  @Test
  @Requires(Facility.KPROBES)
  void wrappersOfSystemCallsAreFoundOut() {
    try (var object = load(ALL)) {
      Run.once(object, "look");
      assertThat(object.variable("has_wrapper").get()).isEqualTo(1);
    }
  }

  @Test
  void whatTheKernelDoesNotSayIsZeroWhereItIsWeak() {
    assumeConfig();
    try (var object = LinuxKernel.open().load(SPEC)) {
      Run.once(object, "look");
      assertThat(object.variable("has_bpf").get()).isEqualTo(1);
      assertThat(object.variable("yes").get()).isZero();
      assertThat(object.variable("choice").get()).isZero();
      assertThat(object.variable("letter").get()).isZero();
      assertThat(object.variable("number").get()).isZero();
      assertThat(object.variable("hex").get()).isZero();
      assertThat(text(object)).isEqualTo("\0\0\0\0\0\0");
    }
  }

  @Test
  void givenValuesWinOverTheKernels() {
    assumeConfig();
    try (var object = load("CONFIG_BPF_SYSCALL=n\nCONFIG_EBPF4J_INT=7\n")) {
      Run.once(object, "look");
      assertThat(object.variable("has_bpf").get()).isZero();
      assertThat(object.variable("number").get()).isEqualTo(7);
    }
  }

  @Test
  void namesOptionThatIsMissing() {
    assumeConfig();
    var spec = Run.spec("load_kconfig_missing");
    assertThat(
            catchThrowableOfType(BpfException.class, () -> LinuxKernel.open().load(spec).close()))
        .hasMessageContaining("CONFIG_EBPF4J_MISSING");
  }

  @ParameterizedTest
  @CsvSource({
    "CONFIG_EBPF4J_BOOL, m", "CONFIG_EBPF4J_BOOL, 2", "CONFIG_EBPF4J_TRISTATE, 1",
    "CONFIG_EBPF4J_INT, y", "CONFIG_EBPF4J_INT, 4294967296", "CONFIG_EBPF4J_STRING, y",
    "CONFIG_EBPF4J_CHAR, 256"
  })
  void refusesValueThatItsVariableCannotHold(String name, String value) {
    var config = ALL.replaceAll(name + "=.*", name + "=" + value);
    assertThat(catchThrowableOfType(RelocationException.class, () -> load(config).close()))
        .hasMessageContaining("'" + name + "'")
        .hasMessageContaining(value);
  }

  @Test
  void configurationIsFrozen() {
    try (var object = load(ALL)) {
      var map = object.map(".kconfig");
      assertThat(map.info().name()).isEqualTo("load_kc.kconfig");
      var value = map.lookup(new byte[4]).orElseThrow();
      var failure =
          catchThrowableOfType(
              KernelException.class, () -> map.update(new byte[4], value, Update.ANY));
      assertThat(failure.errno()).isEqualTo(Errno.EPERM);
    }
  }
}
