package org.ebpf4j.vm.call;

import java.util.List;

/// What a program asked the kernel to do to something that a virtual kernel has not, such as a
/// signal to the task ([org.ebpf4j.vm.VirtualKernel#recordedCalls()]). A value.
///
/// @param program the name of the program
/// @param function the name of the function that it called, such as `bpf_send_signal`
/// @param arguments what it asked for: the number of the signal, the value to return
public record RecordedCall(String program, String function, List<Long> arguments) {
  /// Copies what can change.
  public RecordedCall {
    arguments = List.copyOf(arguments);
  }
}
