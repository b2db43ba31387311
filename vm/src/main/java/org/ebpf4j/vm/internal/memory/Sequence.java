package org.ebpf4j.vm.internal.memory;

import java.io.ByteArrayOutputStream;
import org.ebpf4j.vm.internal.machine.Region;

/// The `struct seq_file` that an iterator writes text to. Programs see its address alone.
public final class Sequence extends Region {
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();

  /// Nothing is written yet.
  public Sequence() {
    super("the object 'struct seq_file'", 8, false);
  }

  /// Adds bytes.
  public void write(byte[] bytes) {
    content.writeBytes(bytes);
  }

  /// What was written.
  public byte[] content() {
    return content.toByteArray();
  }
}
