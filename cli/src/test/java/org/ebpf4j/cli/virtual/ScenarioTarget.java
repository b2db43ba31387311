package org.ebpf4j.cli.virtual;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.input.YamlPart;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.Seeds;

/// Scenarios of the virtual kernel.
public final class ScenarioTarget implements FuzzTarget {
  private static final Path FILE = Path.of("fuzz");

  @Override
  public List<byte[]> seeds() {
    var seeds = new ArrayList<>(Seeds.files(".scenario.yaml", "examples"));
    seeds.add(
        """
        kernel: { cpus: 2, seed: 7 }
        memory:
          shell: { type: task_struct, tgid: 4242, real_parent: "@shell", comm: "bash" }
        task: { pid: 9, tgid: 8, comm: init, uid: 1, gid: 2, object: shell }
        steps:
          - { fire: "tracepoint:syscalls/sys_enter_execve", count: 3, every: 1s, after: 250ms, cpu: 1 }
          - fire: kprobe:do_unlinkat
            task: { pid: 4, comm: rm }
            context: { "[0]": -100, "ctx.count": 0x10, return: -2, name: "hex:0aff" }
          - { packets: in.pcap, out: out.pcapng }
        """
            .getBytes(StandardCharsets.UTF_8));
    return seeds;
  }

  @Override
  public void run(byte[] input) {
    fuzzerTestOneInput(input);
  }

  /// One input.
  public static void fuzzerTestOneInput(byte[] bytes) {
    FuzzCase.of(
        bytes,
        it -> {
          var text = new String(bytes, StandardCharsets.UTF_8);
          it.attempt(() -> ScenarioReader.of(FILE, YamlPart.of(FILE, text)));
        });
  }
}
