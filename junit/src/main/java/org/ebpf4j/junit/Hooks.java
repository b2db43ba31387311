package org.ebpf4j.junit;

import java.util.List;
import org.ebpf4j.RunInput;
import org.ebpf4j.RunResult;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.vm.memory.Context;

/// Reaches hooks, on whichever kernel a test runs: the virtual one is told that a hook is reached,
/// and on Linux something is done that reaches it. Programs that have no place yet, as those of a
/// section `xdp`, are attached to the hook for that on the virtual kernel. For the thread of the
/// test.
public interface Hooks {
  /// Which kernel it is.
  KernelKind kernel();

  /// Reaches a hook.
  ///
  /// @param point the hook
  /// @param input the context, or the packet, on the virtual kernel
  /// @param onLinux what reaches it on Linux
  /// @return what came of each program's run; nothing on Linux, which does not tell
  /// @throws Exception what the action throws
  List<RunResult> fire(AttachPoint point, RunInput input, LinuxAction onLinux) throws Exception;

  /// Reaches a hook with a context by field names.
  ///
  /// @param point the hook, as `ebpf4j run --attach` takes it
  /// @param context what programs are given on the virtual kernel
  /// @param onLinux what reaches it on Linux
  /// @return what came of each program's run; nothing on Linux, which does not tell
  /// @throws Exception what the action throws
  List<RunResult> fire(String point, Context context, LinuxAction onLinux) throws Exception;

  /// Reaches a hook with a context of nothing.
  ///
  /// @param point the hook, as `ebpf4j run --attach` takes it
  /// @throws Exception what the action throws
  List<RunResult> fire(String point, LinuxAction onLinux) throws Exception;

  /// Reaches a hook of the virtual kernel. On Linux the test is skipped.
  List<RunResult> fire(AttachPoint point, RunInput input);

  /// What came of the runs of the hooks that [Fire] named, in their order; nothing on Linux.
  List<RunResult> fired();
}
