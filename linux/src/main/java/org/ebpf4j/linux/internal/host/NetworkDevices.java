package org.ebpf4j.linux.internal.host;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.internal.sys.Sockets;

/// The network devices of the calling thread's network namespace.
public final class NetworkDevices {
  private NetworkDevices() {}

  /// The index of a device.
  ///
  /// @param netns what the calling thread's network namespace is called, for messages
  /// @throws NotFoundException where there is none of that name
  public static int index(String name, Netns netns) {
    var index = Sockets.deviceIndex(name);
    if (index == -Errno.ENODEV) {
      throw new NotFoundException(
          "network device",
          name,
          names(),
          "It is looked for in "
              + (netns.isCurrent()
                  ? "this thread's network namespace"
                  : "the network namespace " + netns),
          "ip link, which lists the devices");
    }
    if (index < 0) {
      throw KernelException.of("network device " + name, "ioctl SIOCGIFINDEX", -index);
    }
    return index;
  }

  /// After two lines of headings, each line begins with a name and a colon.
  private static List<String> names() {
    var names = new ArrayList<String>();
    for (var line : ProcFile.lines("/proc/thread-self/net/dev")) {
      var colon = line.indexOf(':');
      if (colon > 0) {
        names.add(line.substring(0, colon).strip());
      }
    }
    return names;
  }
}
