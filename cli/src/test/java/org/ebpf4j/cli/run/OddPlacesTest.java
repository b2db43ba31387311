package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Places that cannot be: each is refused with its reason, and nothing stays attached.
@KernelTest
@Requires({Facility.IP, Facility.TC, Facility.CGROUP2, Facility.TRACEFS})
class OddPlacesTest {
  private static final String NETNS = "ebpf4j-odd-" + ProcessHandle.current().pid();
  private static final String IN = ",netns=" + NETNS;

  @TempDir private static Path directory;
  private static Path cgroup;

  @BeforeAll
  static void make() throws Exception {
    shell("ip netns add " + NETNS);
    shell("ip -n " + NETNS + " link add odd0 type veth peer name odd1");
    var mount =
        Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
            .filter(l -> l.contains(" - cgroup2 "))
            .map(l -> l.split(" ")[4])
            .findFirst()
            .orElseThrow();
    cgroup = Files.createDirectory(Path.of(mount, NETNS));
  }

  @AfterAll
  static void remove() throws Exception {
    shell("ip netns del " + NETNS);
    Files.deleteIfExists(cgroup);
  }

  private static String shell(String script) throws IOException, InterruptedException {
    var process = new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  /// What is at the devices of the network namespace and at the cgroup.
  private static String state() throws Exception {
    return shell(
            "ip -n "
                + NETNS
                + " -o link show; tc -n "
                + NETNS
                + " qdisc show; ip -n "
                + NETNS
                + " route show table all")
        + Cli.run("net", "--json").out().lines().filter(l -> l.contains(NETNS)).toList()
        + Cli.run("cgroup", "show", cgroup, "--json").out();
  }

  private static int refuses(String object, String place, String... words) throws Exception {
    var before = state();
    var arguments =
        new ArrayList<Object>(
            List.of(
                "run",
                TestObjects.file(object),
                "--duration",
                "0s",
                "--no-trace",
                "--attach",
                place));
    var equals = place.indexOf('=');
    if (equals > 0 && equals < place.indexOf(':')) {
      arguments.addAll(List.of("--program", place.substring(0, equals)));
    }
    var run = Cli.run(arguments.toArray());
    assertThat(run.status()).as(place).isNotZero();
    assertThat(run.err()).as(place).startsWith("ebpf4j: ").contains(words);
    // Wrong usage is mended in the line that names it; what EINVAL means is only known to the
    // kernel.
    assertThat(run.err()).as(place).containsPattern("\n(  try: \\S|help: ebpf4j run)|: EINVAL");
    assertThat(state()).as(place).isEqualTo(before);
    return run.status();
  }

  /// An id of nothing is said by the exit status, too, whatever it is the id of.
  @Test
  void idsOfNothingAreNotFound() throws Exception {
    var none = Integer.MAX_VALUE;
    assertThat(
            List.of(
                refuses("attach_xdp", "xdp:odd0,replace=" + none + IN, "no program with id"),
                refuses(
                    "code_replacement",
                    "code_replacement=freplace:code_part,of=" + none,
                    "no program with id")))
        .containsOnly(3);
  }

  @Test
  void optionsThatCannotBe() throws Exception {
    refuses("attach_xdp", "xdp:odd0,foo" + IN, "xdp has no option 'foo'", "generic|");
    refuses("attach_xdp", "xdp:odd0,generic,driver" + IN, "generic and driver, not both");
    refuses("attach_xdp", "xdp:odd0,replace=0" + IN, "is the id of a program; not 0");
    refuses("attach_xdp", "xdp:odd0,replace=" + Integer.MAX_VALUE + IN, "no program with id");
    refuses(
        "attach/tc",
        "watch=tc:odd0,ingress,priority=1,priority=2" + IN,
        "has the option priority twice");
    refuses("attach/tc", "watch=tc:odd0,ingress,priority=-1" + IN, "at most 65535; not -1");
    refuses("attach/tc", "watch=tc:odd0,ingress,priority=70000" + IN, "at most 65535; not 70000");
    refuses("attach/tc", "watch=tc:odd0" + IN, "add ingress or egress, as in tc:odd0,ingress");
    refuses("attach/tc", "watch=tc:odd0,parent=zz" + IN, "MAJOR:MINOR in hexadecimal");
    refuses("attach/tc", "watch=tc:odd0,parent=7:1" + IN, "tc qdisc show");
    refuses("attach/lwt", "xmit=lwt:10.1.0.0/16,dev=odd0,headroom=100000" + IN, "not 100000");
    refuses("attach/lwt", "xmit=lwt:10.1.0.0/16,dev=odd0,headroom=-1" + IN, "not -1");
    refuses("attach/lwt", "xmit=lwt:300.1.1.1/24,dev=odd0" + IN, "'300.1.1.1' is no IP address");
    refuses("attach/lwt", "xmit=lwt:10.0.0.0/64,dev=odd0" + IN, "EINVAL");
    refuses("attach/lwt", "xmit=lwt:10.1.0.0/16" + IN, "its device, as in");
    refuses("attach/lwt", "xmit=lwt:10.1.0.0/16,dev=odd0" + IN, "ENETDOWN", "odd0 is down");
    refuses(
        "attach_tracing",
        "executions=tracepoint:syscalls/sys_enter_execve,cookie=zz",
        "'zz' holds no number");
    refuses("attach_perf", "perf_event:cpu-clock,freq=0", "at least 1, not 0");
    refuses("attach_perf", "perf_event:cpu-clock,freq=9,cpu=-1", "0 to 2147483647; not -1");
    refuses("attach_perf", "perf_event:cpu-clock,freq=9,cpu=4294967296", "not 4294967296");
    refuses("attach_perf", "perf_event:cpu-clock,freq=9,cpu=999", "no CPU '999'");
    refuses("attach_perf", "perf_event:cpu-clock,freq=9,pid=4194303", "no process 4194303");
    refuses("attach_perf", "perf_event:cpu-clock,freq=9,period=5", "freq and period, not both");
    refuses("code_replacement", "code_replacement=freplace:code_part,of=", "has a value: of=");
    refuses("code_replacement", "code_replacement=freplace:code_part,of=/tmp", "not a pin");
  }

  @Test
  void placesThatAreNot() throws Exception {
    refuses("attach_xdp", "xdp:odd9" + IN, "no network device 'odd9'", "odd0");
    refuses("attach_xdp", "xdp:" + "odd".repeat(20) + IN, "no network device 'odd");
    refuses("attach_xdp", "xdp:odd0,netns=/etc/passwd", "/etc/passwd is no network namespace");
    refuses("attach_xdp", "xdp:odd0,netns=/tmp", "/tmp is no network namespace");
    refuses("attach_xdp", "xdp:odd0,netns=4194303", "no network namespace at /proc/4194303");
    refuses("attach_cgroup", "ingress=cgroup:/tmp", "/tmp is not a cgroup of version 2");
    refuses("attach_cgroup", "ingress=cgroup:/nonexistent", "try: mkdir /nonexistent");
    refuses("attach_cgroup", "ingress=cgroup:" + cgroup + "/cgroup.procs", "no cgroup at ");
    refuses("attach_tracing", "executions=tracepoint:nosuch/thing", "no tracepoint 'nosuch/thing'");
    refuses("attach_tracing", "executions=tracepoint:../../etc/passwd", "CATEGORY/NAME");
    refuses("attach_tracing", "system_calls=raw_tracepoint:nosuch", "no raw tracepoint 'nosuch'");
    refuses("attach_tracing", "executions=xdp:odd0" + IN, "tracepoint programs go to tracepoint:");
    refuses("attach_tracing", "nope=tracepoint:sched/sched_switch", "no program 'nope'");
    refuses("attach_tracing", ":", "is no place to attach to");
    refuses("attach_tracing", "tracepiont:sched/sched_switch", "Did you mean 'tracepoint'?");
    refuses("attach_perf", "perf_event:nosuch,freq=9", "no perf counter 'nosuch'");
    refuses("attach_sockmap", "message=sockmap:nomap,msg_verdict", "no map 'nomap'", "sockets");
    refuses("attach_socket", "passing=socket:listen=notanaddr", "is no ADDRESS:PORT");
    refuses("attach_socket", "passing=socket:listen=10.99.99.99:80", "EADDRNOTAVAIL");
  }

  @Test
  void placesInFilesThatAreNot() throws Exception {
    var text = Files.writeString(directory.resolve("text"), "no program");
    refuses("attach/user", "entry=uprobe:libc.so.6:getpid+0x7fffffff", "is outside of what");
    refuses("attach/user", "entry=uprobe:libc.so.6:0x10", "byte 0x10 is outside of what");
    refuses("attach/user", "entry=uprobe:/nonexistent:foo", "there is no file /nonexistent");
    refuses("attach/user", "entry=uprobe:" + text + ":foo", "not a program file or library");
    refuses("attach/user", "entry=uprobe:" + directory + ":foo", " is no file");
    refuses("attach/user", "entry=uprobe:libc.so.6:nosuchfn", "inlined");
    refuses("attach/user", "entry=uprobe:libnosuch.so.9:foo", "no library libnosuch.so.9");
    refuses("attach/user", "entry=uprobe:libc.so.6:getpid,pid=4194303", "no process 4194303");
    refuses("attach/user", "entries=uprobe.multi:libc.so.6:zzz*", "that fits 'zzz*'");
    refuses("attach/user", "reached=usdt:libc.so.6:libc:nosuch", "no static probe");
  }

  /// The kernel follows symbolic links, and what is attached is on the cgroup itself.
  @Test
  void aLinkToACgroupIsTheCgroup() throws Exception {
    var link = Files.createSymbolicLink(directory.resolve("link"), cgroup);
    var before = state();
    var run =
        Cli.run(
            "run",
            TestObjects.file("attach_cgroup"),
            "--program",
            "ingress",
            "--attach",
            "ingress=cgroup:" + link,
            "--duration",
            "0s",
            "--no-trace");
    assertThat(run.err()).contains("attached to cgroup_inet_ingress of cgroup " + link);
    assertThat(run.status()).isZero();
    assertThat(state()).isEqualTo(before);
  }
}
