package org.ebpf4j.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.Netfilter;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.JsonTree;
import org.ebpf4j.cli.process.ExitStatus;
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

/// `ebpf4j link|net|cgroup|perf`, on objects of the test's own: a device in a network namespace
/// with a name, and a cgroup.
@KernelTest
@Requires({Facility.IP, Facility.CGROUP2})
@SuppressWarnings("unchecked") // JSON is of objects whose names are text.
class LinksTest {
  private static final String NAME = "ebpf4j-links-" + ProcessHandle.current().pid();
  private static final Path CGROUP = cgroups().resolve(NAME);

  private LinuxKernel kernel;

  private static Path cgroups() {
    try (var mounts = Files.lines(Path.of("/proc/self/mounts"))) {
      return mounts
          .map(line -> line.split(" ", 4))
          .filter(words -> words[2].equals("cgroup2"))
          .map(words -> Path.of(words[1]))
          .findFirst()
          .orElse(Path.of("/sys/fs/cgroup"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String run(String... command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @BeforeEach
  void make() throws Exception {
    kernel = LinuxKernel.open();
    run("ip", "netns", "add", NAME);
    run("ip", "-n", NAME, "link", "add", "links0", "type", "veth", "peer", "name", "links1");
    Files.createDirectories(CGROUP);
  }

  @AfterEach
  void remove() throws Exception {
    kernel.close();
    run("ip", "netns", "del", NAME);
    Files.delete(CGROUP);
  }

  private LinuxObject load(String name) {
    return kernel.load(ObjectSpec.read(TestObjects.example("sections/" + name + ".bpf.o")));
  }

  private static Xdp xdp() {
    return Xdp.on("links0").with(Xdp.Mode.GENERIC).in(Netns.named(NAME));
  }

  private static Map<String, Object> object(String json) {
    return (Map<String, Object>)
        (JsonTree.read(json) instanceof List<?> list ? list.getFirst() : JsonTree.read(json));
  }

  /// What bpftool prints has the same values in ours; older ones print less.
  private static void isAsBpftoolSays(int link) throws Exception {
    if (Facility.BPFTOOL.missing().isPresent()) {
      return;
    }
    var show = "bpftool -j link show id " + link + " || true";
    var theirs = object(run("ip", "netns", "exec", NAME, "sh", "-c", show));
    var ours = object(Cli.run("link", "show", link, "--bpftool").out());
    theirs.remove("pids");
    theirs.remove("pinned");
    theirs.forEach((key, value) -> assertThat(ours).as("%s", theirs).containsEntry(key, value));
  }

  @Test
  @RequiresKernel(value = "5.9", because = "XDP links")
  void linksOnDevicesAreNamedAndDetached() throws Exception {
    try (var object = load("xdp");
        var link = object.programs().getFirst().attach(xdp())) {
      int id = link.ids().getFirst();
      var program = object.programs().getFirst();
      assertThat(Cli.run("link", "list").out())
          .containsPattern(
              "(?m)^ *" + id + " +xdp +" + program.id() + " +\\S+ +links0 in " + NAME + "$");
      var json = Cli.run("link", "show", id, "--json").out();
      assertThat(object(json))
          .containsEntry("device", "links0")
          .containsEntry("program_name", program.info().name())
          .containsEntry("place", "links0 in " + NAME);
      assertThat(json).contains("\"name\":\"" + NAME + "\"");
      isAsBpftoolSays(id);

      assertThat(Cli.run("link", "detach", id, "--dry-run").out())
          .isEqualTo(
              "would detach link "
                  + id
                  + " (xdp of program "
                  + program.id()
                  + ": links0 in "
                  + NAME
                  + ")\n");
      assertThat(link.isAttached()).isTrue();
      var unasked = Cli.run("link", "detach", id);
      assertThat(unasked.status()).isEqualTo(2);
      assertThat(unasked.err()).contains("add --yes: there is no terminal to ask on");
      assertThat(link.isAttached()).isTrue();
      assertThat(Cli.run("link", "detach", id, "--yes").out()).startsWith("detached link " + id);
      assertThat(link.isAttached()).isFalse();
      assertThat(Cli.run("link", "show", id).out()).containsPattern("on +detached");
    }
  }

  @Test
  @Requires(Facility.BPFFS)
  @RequiresKernel(value = "5.9", because = "XDP links")
  void linksArePinnedAndFoundByTheirPins() {
    var pin = Path.of("/sys/fs/bpf", NAME);
    try (var object = load("xdp");
        var link = object.programs().getFirst().attach(xdp())) {
      int id = link.ids().getFirst();
      assertThat(Cli.run("link", "pin", id, pin, "--dry-run").out()).startsWith("would pin link ");
      assertThat(pin).doesNotExist();
      assertThat(Cli.run("link", "pin", id, pin).out())
          .startsWith("pinned link " + id)
          .endsWith(" at " + pin + "\n");
      try {
        assertThat(object(Cli.run("link", "show", pin, "--json").out()).get("id"))
            .hasToString("" + id);
        assertThat(Cli.run("link", "show", id, "--pins").out()).containsPattern("pins +" + pin);
      } finally {
        kernel.unpin(pin);
      }
    }
  }

  @Test
  void linksThatAreNotThereAreNotFound() {
    assertThat(Cli.run("link", "show", Integer.MAX_VALUE).status()).isEqualTo(ExitStatus.NOT_FOUND);
    var detach = Cli.run("link", "detach", Integer.MAX_VALUE);
    assertThat(detach.status()).isNotZero();
    assertThat(detach.err()).contains("no link with id " + Integer.MAX_VALUE);
    assertThat(Cli.run("link", "detach", "eth0").err()).contains("'eth0' is no id");
    assertThat(Cli.run("link").status()).isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void programsOfOtherNetworkNamespacesAreShown() throws Exception {
    try (var object = load("xdp");
        var filters = kernel.load(ObjectSpec.read(TestObjects.file("attach/tc")));
        var _ = object.programs().getFirst().attach(xdp());
        var _ =
            filters
                .program("watch")
                .attach(Tc.ingress("links1").withPriority(7).in(Netns.named(NAME)))) {
      var id = object.programs().getFirst().id();
      var net = Cli.run("net", "--wide").out();
      assertThat(net)
          .containsPattern("(?m)^" + NAME + " +links0 +xdp_generic +" + id + " ")
          .containsPattern(
              "(?m)^"
                  + NAME
                  + " +links1 +tc +"
                  + filters.program("watch").id()
                  + " .*ingress, bpf, priority 7, handle 0x1");
      var json = object(Cli.run("net", "links0", "--json").out());
      assertThat(json).containsEntry("hook", "xdp_generic").containsEntry("device", "links0");
      assertThat(json.get("netns")).isInstanceOf(Map.class).asString().contains(NAME);
      assertThat(Cli.run("net", "links1", "--jsonl").out().lines())
          .singleElement()
          .asString()
          .contains("\"detail\":\"ingress, bpf, priority 7");
      assertThat(Cli.run("net", "no-such-device", "--json").out()).isEqualTo("[]\n");
      if (Facility.BPFTOOL.missing().isEmpty()) {
        assertThat(run("ip", "netns", "exec", NAME, "bpftool", "-j", "net"))
            .contains("\"devname\":\"links0\"")
            .contains("\"id\":" + id);
      }
    }
  }

  @Test
  @RequiresKernel(value = "6.4", because = "programs of netfilter")
  void theNamespaceOfProgramsOfNetfilterIsNamed() {
    try (var object =
            kernel.load(
                ObjectSpec.read(TestObjects.file("attach/netfilter"))
                    .withEachProgram(p -> p.withAutoload(p.name().equals("pass"))));
        var link =
            object
                .program("pass")
                .attach(
                    Netfilter.of(Netfilter.Family.IPV4, Netfilter.Hook.INPUT)
                        .in(Netns.named(NAME)))) {
      assertThat(Cli.run("net").out())
          .containsPattern(
              "(?m)^"
                  + NAME
                  + " .*netfilter +"
                  + object.program("pass").id()
                  + " +pass +"
                  + link.ids().getFirst()
                  + " +ipv4/input");
    }
  }

  @Test
  @RequiresKernel(value = "5.7", because = "links on cgroups")
  void programsOfCgroupsAreShown() throws Exception {
    try (var object = load("cgroup")) {
      var program = object.program("sent");
      try (var link = program.attach(new Cgroup(CGROUP, AttachType.CGROUP_INET_EGRESS))) {
        var line = "(?m)^" + CGROUP + " +cgroup_inet_egress +" + program.id() + " ";
        assertThat(Cli.run("cgroup", "show", CGROUP).out()).containsPattern(line);
        assertThat(Cli.run("cgroup", "tree", "--wide").out()).containsPattern(line);
        assertThat(Cli.run("cgroup", "tree", CGROUP, "--effective", "--wide").out())
            .containsPattern(line);
        assertThat(Cli.run("cgroup", "tree", CGROUP, "--effective").out())
            .contains("cgroup_inet_egress: program " + program.id());
        assertThat(object(Cli.run("cgroup", "show", CGROUP, "--json").out()))
            .containsEntry("path", CGROUP.toString())
            .containsEntry("attach_type", "cgroup_inet_egress")
            .containsEntry("program_name", program.info().name());
        assertThat(Cli.run("link", "list").out()).contains("cgroup_inet_egress " + CGROUP);
        isAsBpftoolSays(link.ids().getFirst());
      }
      assertThat(Cli.run("cgroup", "show", CGROUP, "--json").out()).isEqualTo("[]\n");
      var none = Cli.run("cgroup", "show", "/tmp");
      assertThat(none.status()).isEqualTo(ExitStatus.NOT_FOUND);
      assertThat(none.err()).contains("/tmp is no cgroup of version 2");
    }
  }

  @Test
  @Requires(Facility.BPFTOOL)
  @RequiresKernel(value = "6.0", because = "a bpftool that reads cgroups, as of 5.10 it does not")
  void programsOfCgroupsAreAsBpftoolSays() throws Exception {
    try (var object = load("cgroup");
        var _ = object.program("sent").attach(new Cgroup(CGROUP, AttachType.CGROUP_INET_EGRESS))) {
      var theirs = run("bpftool", "-j", "cgroup", "show", CGROUP.toString());
      var ours = Cli.run("cgroup", "show", CGROUP, "--bpftool").out();
      assertThat(object(ours)).isEqualTo(object(theirs));
    }
  }

  @Test
  void descriptorsOfPerfEventsAreShown() {
    try (var object = load("maps");
        var _ = object.program("count_exec").attach()) {
      var pid = ProcessHandle.current().pid();
      var id = object.program("count_exec").id();
      assertThat(Cli.run("perf").out())
          .containsPattern("(?m)^ *" + pid + " +\\S.* " + id + " +tracepoint +sys_enter_execve$");
      assertThat(Cli.run("perf", "--jsonl").out().lines().filter(l -> l.contains("\"" + "name")))
          .anyMatch(l -> l.contains("\"process\":" + pid) && l.contains("\"program_id\":" + id));
    }
  }
}
