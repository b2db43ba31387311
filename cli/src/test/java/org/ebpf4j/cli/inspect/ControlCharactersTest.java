package org.ebpf4j.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.JsonTree;
import org.ebpf4j.cli.Session;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// Names of devices and cgroups may have what a terminal takes for an order: it reaches none, in
/// any listing.
@KernelTest
@Requires({Facility.IP, Facility.CGROUP2})
@RequiresKernel(value = "5.9", because = "links on devices")
class ControlCharactersTest {
  /// Colours the rest red, and rings the bell.
  private static final String NAME = "e\u001b[31m\u0007";

  private static final String NETNS = "ebpf4j-odd-" + ProcessHandle.current().pid();

  private static List<String> listings(int packet, int sent) {
    var lines = new ArrayList<String>();
    for (var line :
        List.of(
            "net",
            "link list",
            "link show",
            "cgroup tree",
            "cgroup show CGROUP",
            "tree",
            "perf",
            "prog show " + packet + " --pins",
            "why prog " + packet,
            "why prog " + packet + " --release --dry-run",
            "why prog " + sent,
            "why prog " + sent + " --release --dry-run")) {
      lines.add(line);
      lines.add(line + " --json");
      lines.add(line + " --jsonl");
    }
    lines.addAll(List.of("tree --dot", "net --bpftool", "cgroup tree --bpftool"));
    return lines;
  }

  @Test
  void noneOfThemReachesATerminal() throws IOException {
    assertThat(
            Session.shell(
                "ip netns add "
                    + NETNS
                    + " && ip -n "
                    + NETNS
                    + " link add 'd"
                    + NAME
                    + "' type veth peer name plain"))
        .isZero();
    var group = mount().resolve("ebpf4j-odd-" + NAME);
    Files.createDirectory(group);
    try (var kernel = LinuxKernel.open();
        var packets = kernel.load(ObjectSpec.read(TestObjects.example("sections/xdp.bpf.o")));
        var cgroups = kernel.load(ObjectSpec.read(TestObjects.example("sections/cgroup.bpf.o")));
        var _ =
            packets
                .programs()
                .getFirst()
                .attach(Xdp.on("d" + NAME).with(Xdp.Mode.GENERIC).in(Netns.named(NETNS)));
        var _ = cgroups.program("sent").attach(new Cgroup(group, AttachType.CGROUP_INET_EGRESS))) {
      var shown = 0;
      for (var line : listings(packets.programs().getFirst().id(), cgroups.program("sent").id())) {
        var words = new ArrayList<Object>();
        for (var word : line.split(" ", -1)) {
          words.add(word.equals("CGROUP") ? group : word);
        }
        var run = Cli.run(words.toArray());
        assertThat(run.status()).as(line + ": " + run.err()).isZero();
        assertThat(run.out() + run.err()).as(line).doesNotContain("\u001b", "\u0007");
        if (run.out().contains("x1b")
            || run.out().toLowerCase(java.util.Locale.ROOT).contains("u001b")) {
          shown++;
        }
        if (line.endsWith("--json")) {
          JsonTree.read(run.out());
        }
      }
      // They are there, as text.
      assertThat(shown).isGreaterThan(20);
    } finally {
      Files.delete(group);
      Session.shell("ip netns del " + NETNS);
    }
  }

  /// Where cgroups of version 2 are mounted.
  private static Path mount() throws IOException {
    try (var mounts = Files.lines(Path.of("/proc/self/mounts"))) {
      return mounts
          .map(line -> line.split(" ", 4))
          .filter(words -> words[2].equals("cgroup2"))
          .map(words -> Path.of(words[1]))
          .findFirst()
          .orElseThrow();
    }
  }
}
