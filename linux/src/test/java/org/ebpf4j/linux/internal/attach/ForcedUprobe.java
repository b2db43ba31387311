package org.ebpf4j.linux.internal.attach;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.ebpf4j.attach.Uprobe;
import org.ebpf4j.linux.internal.attach.UprobeHook.Spot;
import org.ebpf4j.linux.internal.attach.UprobeHook.Target;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.binary.UserCode;

/// Uprobes through tracefs, and many as events, also where the kernel has a perf unit and links for
/// them.
public final class ForcedUprobe {
  private ForcedUprobe() {}

  /// @param program the descriptor of a program
  public static Attachment throughTracefs(int program, Uprobe point, boolean onReturn) {
    var code = UserCode.open("attaching", point.binary(), point.pid());
    return UprobeHook.throughTracefs(
        attaching(program),
        new Target(code.path(), onReturn, point.pid()),
        new Spot(code.offset(point.symbol(), point.offset()), point.counter(), point.cookie()));
  }

  /// @param program the descriptor of a program
  public static Attachment each(int program, String binary, String pattern, int pid) {
    var code = UserCode.open("attaching", binary, pid);
    return UprobeHook.each(
        attaching(program),
        new Target(code.path(), false, pid),
        code.offsets(pattern).stream().map(offset -> new Spot(offset, 0, 0)).toList());
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
