package org.ebpf4j.linux.internal.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.ebpf4j.linux.internal.host.KernelRelease;
import org.ebpf4j.linux.internal.host.RunningConfig;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.MapCreate;
import org.ebpf4j.load.KernelFeature;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// That no attempt leaves a descriptor behind is what every test of a kernel is checked for.
@KernelTest
class KernelFeaturesTest {
  /// The first releases that have a feature, whatever they are configured for.
  private static final Map<KernelFeature, String> SINCE = new EnumMap<>(KernelFeature.class);

  static {
    SINCE.put(KernelFeature.PROGRAM_NAMES, "4.15");
    SINCE.put(KernelFeature.GLOBAL_DATA, "5.2");
    SINCE.put(KernelFeature.BTF, "4.18");
    SINCE.put(KernelFeature.BTF_FUNCTIONS, "5.0");
    SINCE.put(KernelFeature.BTF_GLOBAL_FUNCTIONS, "5.6");
    SINCE.put(KernelFeature.BTF_DATA_SECTIONS, "5.2");
    SINCE.put(KernelFeature.BTF_OPTIONAL_SECTIONS, "6.10");
    SINCE.put(KernelFeature.BTF_FLOATS, "5.13");
    SINCE.put(KernelFeature.BTF_DECLARATION_TAGS, "5.16");
    SINCE.put(KernelFeature.BTF_TYPE_TAGS, "5.17");
    SINCE.put(KernelFeature.BTF_ENUM64, "6.0");
    SINCE.put(KernelFeature.MMAPABLE_ARRAYS, "5.5");
    SINCE.put(KernelFeature.EXPECTED_ATTACH_TYPE, "4.17");
    SINCE.put(KernelFeature.PROBE_READ_KERNEL, "5.5");
    SINCE.put(KernelFeature.PROGRAM_BIND_MAP, "5.10");
    SINCE.put(KernelFeature.MODULE_BTF, "5.11");
    SINCE.put(KernelFeature.PERF_LINKS, "5.15");
    SINCE.put(KernelFeature.CGROUP_MEMORY_ACCOUNTING, "5.11");
    SINCE.put(KernelFeature.ATTACH_COOKIE, "5.15");
    SINCE.put(KernelFeature.CONTEXT_TAG, "6.8");
    SINCE.put(KernelFeature.UPROBE_MULTI, "6.10");
    SINCE.put(KernelFeature.WIDE_VALUE_OFFSETS, "7.0");
    SINCE.put(KernelFeature.BTF_LAYOUT, "7.1");
  }

  @ParameterizedTest
  @EnumSource
  void isCertain(KernelFeature feature) {
    assertThat(new Attempts(0).of(feature)).isNotEqualTo(Answer.UNKNOWN);
  }

  @ParameterizedTest
  @EnumSource
  void findsWhatReleaseHas(KernelFeature feature) {
    var present = KernelFeatures.ofProcess().has(feature);
    assertThat(KernelFeatures.ofProcess().has(feature)).as("the second time").isEqualTo(present);
    // An older kernel may have it all the same, and some depend on the configuration.
    if (isDue(feature)) {
      assertThat(present).isTrue();
    }
  }

  private static boolean isDue(KernelFeature feature) {
    var since = SINCE.get(feature);
    if (since == null) {
      return false;
    }
    var numbers = since.split("\\.");
    return !KernelRelease.running()
        .isBefore(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
  }

  @Test
  void findsWrapperWhereItIsAmongTheSymbols() throws IOException {
    var symbols = Files.readString(Path.of("/proc/kallsyms"), StandardCharsets.ISO_8859_1);
    assertThat(KernelFeatures.ofProcess().has(KernelFeature.SYSCALL_WRAPPER))
        .isEqualTo(symbols.contains(" __x64_sys_bpf\n") || symbols.contains(" __arm64_sys_bpf\n"));
  }

  @Test
  void findsManyKprobesWhereKernelIsBuiltForThem() {
    assumeFalse(
        !Files.isReadable(Path.of("/proc/config.gz")), "the kernel does not say what it has");
    assertThat(KernelFeatures.ofProcess().has(KernelFeature.KPROBE_MULTI))
        .isEqualTo(
            !KernelRelease.running().isBefore(5, 18)
                && RunningConfig.read().value("CONFIG_FPROBE").isPresent());
  }

  /// With a descriptor that is no token the kernel refuses everything that takes one, so that it
  /// shows whether it was passed.
  @ParameterizedTest
  @EnumSource(names = {"BTF", "PROGRAM_NAMES", "MMAPABLE_ARRAYS"})
  void asksWithToken(KernelFeature feature) {
    assumeFalse(KernelRelease.running().isBefore(6, 9), "tokens came with 6.9");
    try (var map = Bpf.mapCreate(MapCreate.of(2, 4, 4, 1, "no_token")).fd()) {
      assertThat(KernelFeatures.ofToken(map.number()).has(feature)).isFalse();
    }
    assertThat(KernelFeatures.ofProcess().has(feature)).isTrue();
  }
}
