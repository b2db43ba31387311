package org.ebpf4j.cli.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.cli.export.MetricsConfig.CgroupMap;
import org.ebpf4j.cli.export.MetricsConfig.CgroupMapType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.LinuxMap;

/// Keeps a map in which programs find the cgroups whose paths fit a pattern: a thread looks for new
/// ones, and for those that are gone, once a second. The map belongs to who loaded it.
final class CgroupMapKeeper implements AutoCloseable {
  private static final Duration TURN = Duration.ofSeconds(1);

  private static final long MAX_END_MILLIS = 500;

  private final CgroupMap rule;
  private final LinuxMap map;
  private final Cgroups cgroups;
  private final Complaints complaints;
  private final Map<Long, Path> kept = new HashMap<>();
  private final Thread thread = new Thread(this::run, "ebpf4j-cgroups");
  private volatile boolean closed;

  /// Puts the cgroups that are there into the map.
  ///
  /// @param complaints is told what goes wrong later
  /// @throws BpfException where the map is not as the file says, or the kernel refuses
  CgroupMapKeeper(CgroupMap rule, LinuxMap map, Cgroups cgroups, Complaints complaints) {
    this.rule = rule;
    this.map = map;
    this.cgroups = cgroups;
    this.complaints = complaints;
    var keySize = rule.type() == CgroupMapType.HASH ? Long.BYTES : Integer.BYTES;
    if (map.keySize() != keySize || map.valueSize() != Long.BYTES) {
      throw new BpfException(
          rule.place()
              + ": map '"
              + map.name()
              + "' has keys of "
              + map.keySize()
              + " bytes and values of "
              + map.valueSize()
              + "; as "
              + (rule.type() == CgroupMapType.HASH ? "a hash" : "storage")
              + " of cgroups it would have "
              + keySize
              + " and "
              + Long.BYTES);
    }
    refresh();
  }

  /// Starts to keep it.
  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    while (!closed) {
      try {
        Thread.sleep(TURN);
        refresh();
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException | Error e) {
        if (!closed) {
          complaints.failed("map '" + map.name() + "' cannot be kept: " + e.getMessage());
        }
      }
    }
  }

  /// Brings the map to what cgroups there are.
  void refresh() {
    var now = cgroups.current();
    for (var cgroup : now.entrySet()) {
      if (!cgroup.getValue().equals(kept.get(cgroup.getKey())) && fits(cgroup.getValue())) {
        add(cgroup.getKey(), cgroup.getValue());
        kept.put(cgroup.getKey(), cgroup.getValue());
      }
    }
    for (var gone : kept.keySet().stream().filter(id -> !now.containsKey(id)).toList()) {
      // Storage goes with its cgroup.
      if (rule.type() == CgroupMapType.HASH) {
        map.delete(bytes(gone));
      }
      kept.remove(gone);
    }
  }

  private boolean fits(Path path) {
    return rule.patterns().stream().anyMatch(p -> p.matcher(path.toString()).find());
  }

  private void add(long id, Path path) {
    switch (rule.type()) {
      case HASH -> map.update(bytes(id), bytes(1), Update.ANY);
      case CGRP_STORAGE -> {
        try {
          map.storage(Long.class).update(path, 1L, Update.ANY);
        } catch (BpfException e) {
          // It may be gone again.
          if (path.toFile().exists()) {
            throw e;
          }
        }
      }
    }
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(number).array();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(MAX_END_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
