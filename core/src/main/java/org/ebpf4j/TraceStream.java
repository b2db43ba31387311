package org.ebpf4j;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/// The lines that programs print with `bpf_trace_printk`. One thread reads at a time; closing from
/// another ends its wait.
public interface TraceStream extends AutoCloseable {
  /// The next line, waiting for it up to `timeout`; empty where none came in time, or this was
  /// closed.
  ///
  /// @throws org.ebpf4j.error.KernelException where it cannot be read
  Optional<TraceLine> poll(Duration timeout);

  /// The lines as they come; ends when this is closed, from whatever thread.
  Stream<TraceLine> lines();

  /// Ends the wait of whoever reads.
  @Override
  void close();
}
