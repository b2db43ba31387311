package org.ebpf4j.linux.internal.load;

import org.ebpf4j.linux.inspect.MapInfo;
import org.ebpf4j.linux.internal.sys.Fd;

/// A map that the caller has, and keeps.
public interface GivenMap {
  /// What the kernel says of it.
  MapInfo info();

  /// Another descriptor of it, which is the loader's.
  Fd duplicate();
}
