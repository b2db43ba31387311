package org.ebpf4j.linux.internal.binary;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A part of a file in the memory of a process, a line of `/proc/PID/maps`.
///
/// @param start its first address
/// @param end the address behind it
/// @param executable whether it holds instructions
/// @param offset the byte of the file that is at `start`
/// @param device the device of the file, as the kernel writes it: `fe:01`
/// @param inode the number of the file there
/// @param path its path in the process's own mount namespace, without ` (deleted)`
/// @param isDeleted whether the file has no such name any more
public record MappedFile(
    long start,
    long end,
    boolean executable,
    long offset,
    String device,
    long inode,
    String path,
    boolean isDeleted) {
  private static final String DELETED = " (deleted)";

  /// The fields before the path; that may have spaces of its own.
  private static final int FIELDS = 6;

  private static final int HEX = 16;

  /// The files that are mapped, in the order of addresses; what is no file is left out.
  static List<MappedFile> read(byte[] maps) {
    var found = new ArrayList<MappedFile>();
    // A name with a line break is written with \012 for it.
    for (var line : new String(maps, StandardCharsets.UTF_8).split("\n")) {
      var fields = line.split(" +", FIELDS);
      if (fields.length == FIELDS && fields[FIELDS - 1].startsWith("/")) {
        found.add(of(fields));
      }
    }
    return found;
  }

  private static MappedFile of(String[] fields) {
    var dash = fields[0].indexOf('-');
    var name = fields[5].replace("\\012", "\n");
    var isDeleted = name.endsWith(DELETED);
    return new MappedFile(
        Long.parseUnsignedLong(fields[0], 0, dash, HEX),
        Long.parseUnsignedLong(fields[0], dash + 1, fields[0].length(), HEX),
        fields[1].indexOf('x') >= 0,
        Long.parseUnsignedLong(fields[2], HEX),
        fields[3],
        Long.parseUnsignedLong(fields[4]),
        isDeleted ? name.substring(0, name.length() - DELETED.length()) : name,
        isDeleted);
  }

  /// The last part of its path.
  String fileName() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /// The link in `/proc` to the file itself, whatever its path has become.
  Path link(long pid) {
    return Path.of(
        "/proc/" + pid + "/map_files/" + Long.toHexString(start) + "-" + Long.toHexString(end));
  }
}
