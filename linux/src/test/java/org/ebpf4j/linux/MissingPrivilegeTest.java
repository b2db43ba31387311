package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What somebody is told who may not: a JVM is run without this or that privilege.
@KernelTest
@Requires(Facility.SETPRIV)
class MissingPrivilegeTest {
  private static final List<String> NOBODY =
      List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups");
  private static final Path SWITCH = Path.of("/proc/sys/kernel/unprivileged_bpf_disabled");

  @TempDir static Path directory;
  private static String classPath = "";

  @BeforeAll
  static void copyClasses() throws IOException {
    classPath = ChildJvm.readableClassPath(directory);
  }

  private static String refusal(List<String> wrapper, String... arguments) {
    var before = Alive.named("life_");
    var output = ChildJvm.output(wrapper, classPath, arguments);
    before.expectNothingNew("life_");
    return output
        .lines()
        .filter(l -> l.startsWith("refused: "))
        .findFirst()
        .orElseThrow(() -> new AssertionError("not refused:\n" + output));
  }

  private static List<String> with(List<String> command, String... more) {
    var all = new ArrayList<>(command);
    all.addAll(List.of(more));
    return all;
  }

  /// Root without these capabilities.
  private static List<String> rootWithout(String... capabilities) {
    return List.of(
        "setpriv", "--inh-caps", "-all", "--bounding-set", "-" + String.join(",-", capabilities));
  }

  /// The words that name the switch; skips the test where it lets everybody create maps.
  private static String closedSwitch() throws IOException {
    assumeFalse(
        switchValue().equals("0"),
        "kernel.unprivileged_bpf_disabled is 0: everybody may create maps here");
    return "kernel.unprivileged_bpf_disabled is " + switchValue();
  }

  private static String switchValue() throws IOException {
    return Files.readString(SWITCH).strip();
  }

  @Test
  void namesCapabilityAndSwitchToNobody() throws IOException {
    var words = closedSwitch();
    assertThat(refusal(NOBODY, "map"))
        .startsWith(
            "refused: PermissionException: map 'life_child': MAP_CREATE: EPERM (operation not permitted): this process lacks CAP_BPF")
        .contains(words)
        .contains("run as root, or give the java binary the capabilities with setcap")
        .doesNotContain("user namespace");
  }

  /// Whatever the switch says: a tracing program wants the capability.
  @Test
  void namesCapabilitiesOfProgramToNobody() throws IOException {
    var refusal = refusal(NOBODY, "load", "bad_license");
    assertThat(refusal)
        .startsWith(
            "refused: PermissionException: program 'bad_license' (raw_tracepoint): PROG_LOAD: EPERM")
        .contains("this process lacks CAP_PERFMON and CAP_BPF");
    if (switchValue().equals("0")) {
      assertThat(refusal).doesNotContain("unprivileged_bpf_disabled");
    } else {
      assertThat(refusal).contains("kernel.unprivileged_bpf_disabled is " + switchValue());
    }
  }

  @Test
  void saysThatBoundingSetExcludesWhatIsMissing() {
    assertThat(refusal(with(NOBODY, "--bounding-set", "-all"), "load", "bad_license"))
        .contains("this process lacks CAP_PERFMON and CAP_BPF")
        .contains("try: have the capabilities granted from outside, as the bounding set");
  }

  @Test
  void namesCapabilitiesThatRootLacks() {
    assertThat(refusal(rootWithout("bpf", "sys_admin", "perfmon"), "load", "bad_license"))
        .startsWith(
            "refused: PermissionException: program 'bad_license' (raw_tracepoint): PROG_LOAD: EPERM")
        .contains("this process lacks CAP_PERFMON and CAP_BPF");
  }

  @Test
  void namesCapabilityThatRootLacksForMap() throws IOException {
    var words = closedSwitch();
    assertThat(refusal(rootWithout("bpf", "sys_admin", "perfmon"), "load", "life_watch"))
        .startsWith("refused: PermissionException: map 'life_hits': MAP_CREATE: EPERM")
        .contains("this process lacks CAP_BPF", words);
  }

  @Test
  void namesPerfmonAloneWhereMapsMayBeMade() {
    var refusal = refusal(rootWithout("sys_admin", "perfmon"), "load", "life_watch");
    assertThat(refusal)
        .startsWith(
            "refused: PermissionException: program 'life_watch' (raw_tracepoint): PROG_LOAD: EPERM")
        .contains("this process lacks CAP_PERFMON")
        .doesNotContain("unprivileged_bpf_disabled");
  }

  @Test
  void namesNetAdminForNetworkPrograms() {
    assertThat(refusal(rootWithout("sys_admin", "net_admin"), "xdp"))
        .startsWith("refused: PermissionException: program 'life_xdp' (xdp): PROG_LOAD: EPERM")
        .contains("this process lacks CAP_NET_ADMIN");
  }

  @Test
  void namesSysAdminForIds() {
    try (var kernel = LinuxKernel.open();
        var map =
            kernel.createMap(
                org.ebpf4j.object.MapSpec.of(
                    "life_map", org.ebpf4j.object.MapType.HASH, 4, 8, 1))) {
      assertThat(refusal(rootWithout("sys_admin"), "open", String.valueOf(map.id())))
          .startsWith("refused: PermissionException: map " + map.id() + ": MAP_GET_FD_BY_ID: EPERM")
          .contains("this process lacks CAP_SYS_ADMIN");
      assertThat(refusal(rootWithout("sys_admin"), "ids"))
          .contains("PROG_GET_NEXT_ID: EPERM", "this process lacks CAP_SYS_ADMIN");
    }
  }

  @Test
  @Requires(Facility.TRACEFS)
  void namesTheCapabilityThatOpensTracefs() {
    var wrapper = with(NOBODY, "--inh-caps", "+bpf,+perfmon", "--ambient-caps", "+bpf,+perfmon");
    assertThat(refusal(wrapper, "attach", "life_event"))
        .startsWith("refused: PermissionException: ")
        .contains(
            ": open: EACCES (permission denied): /sys/kernel/tracing belongs to root and is of mode 700,"
                + " and this process lacks CAP_DAC_READ_SEARCH\\n  try: ");
    assertThat(refusal(wrapper, "pipe"))
        .contains("the trace pipe ", "and this process lacks CAP_DAC_READ_SEARCH")
        .doesNotContain("CAP_SYS_ADMIN");
    // It is the one that helps.
    var helped =
        with(
            NOBODY,
            "--inh-caps",
            "+bpf,+perfmon,+dac_read_search",
            "--ambient-caps",
            "+bpf,+perfmon,+dac_read_search");
    assertThat(ChildJvm.output(helped, classPath, "pipe")).contains("done: pipe ");
    // A raw tracepoint needs no tracefs.
    assertThat(ChildJvm.output(wrapper, classPath, "attach", "life_watch"))
        .contains("done: hits 2");
  }

  @Test
  @Requires({Facility.SETPRIV, Facility.UNSHARE})
  void saysThatItIsInUserNamespace() {
    assertThat(refusal(List.of("unshare", "-U", "-r"), "load", "bad_license"))
        .startsWith(
            "refused: PermissionException: program 'bad_license' (raw_tracepoint): PROG_LOAD: EPERM")
        .contains("no capability that it wants is missing")
        .contains(
            "it runs in a user namespace, whose capabilities do not count for the whole machine");
  }
}
