package org.ebpf4j.linux.internal.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivilegesTest {
  private static final long NET_ADMIN = 1L << 12;
  private static final long SYS_ADMIN = 1L << 21;
  private static final long PERFMON = 1L << 38;
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
        .containsExactly("CAP_NET_ADMIN", "CAP_SYS_ADMIN", "CAP_PERFMON", "CAP_BPF");
    assertThat(missing(ALL)).isEmpty();
    assertThat(missing(BPF | PERFMON)).containsExactly("CAP_NET_ADMIN", "CAP_SYS_ADMIN");
    assertThat(with(0).missing(EnumSet.noneOf(Capability.class))).isEmpty();
  }

  @Test
  void takesSysAdminForAllButNetAdmin() {
    assertThat(missing(SYS_ADMIN)).containsExactly("CAP_NET_ADMIN");
    assertThat(missing(SYS_ADMIN | NET_ADMIN)).isEmpty();
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

  @Test
  void explainsSwitchOnlyWhereBpfIsMissing() {
    assertThat(with(0).explain(List.of("CAP_BPF")))
        .isEqualTo(
            "this process lacks CAP_BPF; kernel.unprivileged_bpf_disabled is 2, so that without CAP_BPF nothing may be loaded; "
                + "run as root, or give the java binary the capabilities with setcap");
    assertThat(with(BPF).explain(List.of("CAP_PERFMON", "CAP_NET_ADMIN")))
        .isEqualTo(
            "this process lacks CAP_PERFMON and CAP_NET_ADMIN; run as root, or give the java binary the capabilities with setcap");
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
        .contains("whether the kernel is locked down cannot be seen, as securityfs is not mounted");
    assertThat(new Privileges(0, ALL, false, false, 2, "unknown", "").explain(List.of("CAP_BPF")))
        .doesNotContain("locked");
  }

  @Test
  void explainsNamespacesAndFilters() {
    var boxed = new Privileges(ALL, ALL, true, true, 2, "none", "/.dockerenv exists");
    assertThat(boxed.explain(List.of()))
        .contains("it runs in a user namespace")
        .contains("a seccomp filter is in force")
        .contains("this is a container (/.dockerenv exists)")
        .doesNotContain("run as root");
  }

  @Test
  void saysWhereBoundingSetExcludesWhatIsMissing() {
    var bounded = new Privileges(0, ALL & ~BPF, false, false, 2, "none", "");
    assertThat(bounded.explain(List.of("CAP_BPF", "CAP_PERFMON")))
        .endsWith(
            "its bounding set excludes what is missing: it has to be granted from outside (--cap-add for a container)");
    assertThat(bounded.explain(List.of("CAP_PERFMON"))).endsWith("with setcap");
  }

  @Test
  void readsThisProcess() {
    var privileges = Privileges.read();
    assertThat(privileges.lockdown()).isIn("none", "integrity", "confidentiality", "unknown");
    assertThat(privileges.bounding() & privileges.effective()).isEqualTo(privileges.effective());
  }
}
