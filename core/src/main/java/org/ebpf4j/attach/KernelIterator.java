package org.ebpf4j.attach;

/// Objects of the kernel, one after the other: the program runs for each when the iterator is read.
///
/// @param name what is iterated over, such as `task`
public record KernelIterator(String name) implements TypedPoint {
  /// @throws IllegalArgumentException for an empty name
  public KernelIterator {
    PlaceText.check("an iterator", name);
  }

  @Override
  public String kind() {
    return "iter";
  }

  @Override
  public String typePrefix() {
    return "bpf_iter_";
  }
}
