package org.ebpf4j.program.jvm;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a program asked the kernel to do, where that has no effect on the JVM: a signal, a
/// redirection.
///
/// @param helper the name of the helper function, such as `bpf_send_signal`
/// @param arguments what it was given
public record RecordedCall(String helper, List<@Nullable Object> arguments) {
  /// Copies what can change.
  public RecordedCall {
    arguments = Collections.unmodifiableList(Arrays.asList(arguments.toArray()));
  }
}
