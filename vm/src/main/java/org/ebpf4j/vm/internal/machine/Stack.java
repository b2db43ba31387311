package org.ebpf4j.vm.internal.machine;

/// The memory of a run's frames, one after the other. What a frame has not written, it cannot read.
final class Stack extends Region {
  /// @param readable whether bytes that were never written are read as they are
  Stack(boolean readable) {
    super("the stack", new byte[Run.FRAME * Run.FRAMES], true);
    if (!readable) {
      trackWrites();
    }
  }

  @Override
  protected String place(int offset) {
    int frame = offset / Run.FRAME;
    int below = (frame + 1) * Run.FRAME - offset;
    return " (r10 -" + below + (frame == 0 ? ")" : " of frame " + (frame + 1) + ")");
  }
}
