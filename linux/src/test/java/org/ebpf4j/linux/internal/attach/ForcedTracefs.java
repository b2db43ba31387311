package org.ebpf4j.linux.internal.attach;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.Kretprobe;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;

/// Kprobes through tracefs, also where the kernel has a perf unit for them.
public final class ForcedTracefs {
  private ForcedTracefs() {}

  /// @param program the descriptor of a program
  public static Attachment attach(int program, Kprobe point) {
    return KprobeHook.throughTracefs(attaching(program), KernelCode.of(point));
  }

  /// @param program the descriptor of a program
  public static Attachment attach(int program, Kretprobe point) {
    return KprobeHook.throughTracefs(attaching(program), KernelCode.of(point));
  }

  private static Attaching attaching(int program) {
    List<String> steps = new ArrayList<>();
    return new Attaching(
        "attaching",
        program,
        Optional.empty(),
        Optional.empty(),
        _ -> OptionalInt.empty(),
        _ -> -1,
        steps::add);
  }
}
