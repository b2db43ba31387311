package org.ebpf4j.program.internal.front;

import java.util.Optional;
import org.ebpf4j.object.MapType;
import org.ebpf4j.program.map.BpfMap;

/// A map that a class declares.
///
/// @param name the name of the field
/// @param type its type in the kernel
/// @param declared the object in the field
/// @param key the class of keys; empty where it has none
/// @param value the class of values; empty where it has none
/// @param inner what maps in it look like, where it holds maps
public record MapInfo(
    String name,
    MapType type,
    BpfMap declared,
    Optional<Class<?>> key,
    Optional<Class<?>> value,
    Optional<MapInfo> inner) {}
