package org.ebpf4j.linux.internal.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivilegesTest {
  private static final long DAC = 1L << 1 | 1L << 2;
  private static final long NET_ADMIN = 1L << 12;
  private static final long SYS_ADMIN = 1L << 21;
  private static final long SYSLOG = 1L << 34;
  private static final long PERFMON = 1L << 38;
  private static final long SYS_PTRACE = 1L << 19;
  private static final long BPF = 1L << 39;
  private static final long ALL = 0x1ff_ffff_ffffL;

  private static Privileges with(long effective) {
    return new Privileges(effective, ALL, false, false, 2, "none", "");
  }

  private static List<String> missing(long effective) {
    return with(effective).missing(EnumSet.allOf(Capability.class));
  }

  @Test
  void findsWhatIsMissing() {
    assertThat(missing(0))
        .containsExactly(
            "CAP_DAC_OVERRIDE",
            "CAP_DAC_READ_SEARCH",
            "CAP_NET_ADMIN",
            "CAP_SYS_PTRACE",
            "CAP_SYS_ADMIN",
            "CAP_SYSLOG",
            "CAP_PERFMON",
            "CAP_BPF");
    assertThat(missing(ALL)).isEmpty();
    assertThat(missing(DAC | BPF | PERFMON))
        .containsExactly("CAP_NET_ADMIN", "CAP_SYS_PTRACE", "CAP_SYS_ADMIN", "CAP_SYSLOG");
    assertThat(with(0).missing(EnumSet.noneOf(Capability.class))).isEmpty();
  }

  @Test
  void takesSysAdminForBpfAndPerfmon() {
    assertThat(missing(DAC | SYS_ADMIN))
        .containsExactly("CAP_NET_ADMIN", "CAP_SYS_PTRACE", "CAP_SYSLOG");
    assertThat(missing(DAC | SYS_ADMIN | NET_ADMIN | SYS_PTRACE | SYSLOG)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "[none] integrity confidentiality, none",
    "none [integrity] confidentiality, integrity",
    "none integrity [confidentiality], confidentiality",
    "'', unknown",
    "none integrity, unknown",
    "], unknown",
    "][, unknown",
    "[, unknown"
  })
  void readsLockdownMode(String text, String mode) {
    assertThat(Privileges.lockdownMode(text)).isEqualTo(mode);
  }

  @ParameterizedTest
  @CsvSource({
    "quiet lockdown=integrity, '', integrity",
    "lockdown=confidentiality quiet, integrity, confidentiality",
    "lockdown=integrity, confidentiality, confidentiality",
    "quiet, integrity, integrity",
    "nolockdown=integrity, '', unknown",
    "'', '', unknown"
  })
  void readsLockdownOfTheBoot(String commandLine, String forced, String mode) {
    assertThat(Privileges.lockdownOfBoot(commandLine, forced)).isEqualTo(mode);
  }

  @Test
  void explainsSwitchOnlyWhereBpfIsMissing() {
    assertThat(with(0).explain(List.of("CAP_BPF")))
        .isEqualTo(
            "this process lacks CAP_BPF; kernel.unprivileged_bpf_disabled is 2, so that without"
                + " CAP_BPF nothing may be loaded");
    assertThat(with(BPF).explain(List.of("CAP_PERFMON", "CAP_NET_ADMIN")))
        .isEqualTo("this process lacks CAP_PERFMON and CAP_NET_ADMIN");
    assertThat(with(BPF).mend(List.of("CAP_PERFMON")))
        .isEqualTo("run as root, or give the java binary the capabilities with setcap");
    var open = new Privileges(0, ALL, false, false, 0, "none", "");
    assertThat(open.explain(List.of("CAP_BPF"))).doesNotContain("unprivileged_bpf_disabled");
  }

  @Test
  void explainsLockdown() {
    var locked = new Privileges(ALL, ALL, false, false, 2, "confidentiality", "");
    assertThat(locked.explain(List.of()))
        .isEqualTo(
            "no capability that it wants is missing; the kernel is locked down (confidentiality)");
    assertThat(new Privileges(ALL, ALL, false, false, 2, "none", "").explain(List.of()))
        .doesNotContain("locked");
    assertThat(new Privileges(ALL, ALL, false, false, 2, "unknown", "").explain(List.of()))
        .contains("whether the kernel is locked down cannot be seen");
    assertThat(locked.mend(List.of())).contains("or boot it without lockdown");
    assertThat(new Privileges(0, ALL, false, false, 2, "unknown", "").explain(List.of("CAP_BPF")))
        .doesNotContain("locked");
  }

  @Test
  void explainsNamespacesAndFilters() {
    var boxed = new Privileges(ALL, ALL, true, true, 2, "none", "/.dockerenv exists");
    assertThat(boxed.explain(List.of()))
        .contains("it runs in a user namespace")
        .contains("a seccomp filter is in force")
        .contains("this is a container (/.dockerenv exists)");
    assertThat(boxed.mend(List.of()))
        .startsWith("run it outside of the user namespace")
        .contains("LIBBPF_BPF_TOKEN_PATH");
    assertThat(new Privileges(ALL, ALL, false, true, 2, "none", "").mend(List.of()))
        .contains("seccomp profile");
    assertThat(new Privileges(ALL, ALL, false, false, 2, "none", "").mend(List.of()))
        .contains("audit log");
  }

  @Test
  void saysWhereBoundingSetExcludesWhatIsMissing() {
    var bounded = new Privileges(0, ALL & ~BPF, false, false, 2, "none", "");
    assertThat(bounded.mend(List.of("CAP_BPF", "CAP_PERFMON")))
        .isEqualTo(
            "have the capabilities granted from outside, as the bounding set of this process"
                + " excludes them: --cap-add for a container");
    assertThat(bounded.mend(List.of("CAP_PERFMON"))).endsWith("with setcap");
  }

  @Test
  void readsThisProcess() {
    var privileges = Privileges.read();
    assertThat(privileges.lockdown()).isIn("none", "integrity", "confidentiality", "unknown");
    assertThat(privileges.bounding() & privileges.effective()).isEqualTo(privileges.effective());
  }
}
