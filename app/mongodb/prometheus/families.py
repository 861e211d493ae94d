"""Families of metrics: their names (DOCS) and how high their values are (made up)."""

from typing import NamedTuple


class Range(NamedTuple):
    """The lowest and the highest value; of a count by which it grows each second."""

    low: float
    high: float
    is_count: bool = False

    def at(self, share: float) -> float:
        """The value at a share between 0 and 1."""
        return self.low + (self.high - self.low) * share


def _count(low: float, high: float) -> Range:
    return Range(low, high, is_count=True)


# Those of MongoDB are named by a member of serverStatus, whose path is joined by underscores.
MONGODB = {
    "mongodb_info": Range(1, 1),
    "mongodb_asserts_msg": _count(0, 0),
    "mongodb_asserts_regular": _count(0, 0),
    "mongodb_asserts_user": _count(0, 0.1),
    "mongodb_asserts_warning": _count(0, 0),
    "mongodb_connections_current": Range(10, 60),
    "mongodb_globalLock_currentQueue_readers": Range(0, 0),
    "mongodb_globalLock_currentQueue_total": Range(0, 0),
    "mongodb_globalLock_currentQueue_writers": Range(0, 0),
    "mongodb_mem_resident": Range(200, 400),
    "mongodb_mem_virtual": Range(1_500, 1_700),
    "mongodb_metrics_document_deleted": _count(0, 2),
    "mongodb_metrics_document_inserted": _count(5, 20),
    "mongodb_metrics_document_returned": _count(50, 200),
    "mongodb_metrics_document_updated": _count(5, 20),
    "mongodb_metrics_operation_scanAndOrder": _count(0, 1),
    "mongodb_metrics_queryExecutor_scanned": _count(50, 200),
    "mongodb_metrics_queryExecutor_scannedObjects": _count(50, 200),
    "mongodb_network_bytesIn": _count(10_000, 50_000),
    "mongodb_network_bytesOut": _count(20_000, 90_000),
    "mongodb_network_numRequests": _count(50, 150),
    "mongodb_opcounters_command": _count(20, 60),
    "mongodb_opcounters_delete": _count(0, 2),
    "mongodb_opcounters_getmore": _count(1, 10),
    "mongodb_opcounters_insert": _count(5, 20),
    "mongodb_opcounters_query": _count(20, 80),
    "mongodb_opcounters_update": _count(5, 20),
}
# Of MongoDB 8.0 and later, and of earlier ones.
NEW_TICKETS = {
    "mongodb_queues_execution_read_available": Range(110, 128),
    "mongodb_queues_execution_write_available": Range(110, 128),
}
OLD_TICKETS = {
    "mongodb_wiredTiger_concurrentTransactions_read_available": Range(110, 128),
    "mongodb_wiredTiger_concurrentTransactions_write_available": Range(110, 128),
}
HARDWARE = {
    "hardware_disk_metrics_disk_space_free_bytes": Range(60_000_000_000, 60_000_000_000),
    "hardware_disk_metrics_disk_space_used_bytes": Range(40_000_000_000, 40_000_000_000),
    "hardware_disk_metrics_read_count": _count(1, 20),
    "hardware_disk_metrics_read_time_milliseconds": _count(1, 30),
    "hardware_disk_metrics_write_count": _count(5, 40),
    "hardware_disk_metrics_write_time_milliseconds": _count(5, 60),
    "hardware_platform_num_logical_cpus": Range(4, 4),
    "hardware_process_cpu_kernel_milliseconds": _count(5, 30),
    "hardware_process_cpu_user_milliseconds": _count(20, 120),
    "hardware_system_cpu_idle_milliseconds": _count(3_200, 3_500),
    "hardware_system_cpu_io_wait_milliseconds": _count(5, 20),
    "hardware_system_cpu_kernel_milliseconds": _count(50, 150),
    "hardware_system_cpu_nice_milliseconds": _count(0, 0),
    "hardware_system_cpu_steal_milliseconds": _count(0, 0),
    "hardware_system_cpu_user_milliseconds": _count(150, 300),
    "hardware_system_memory_cached_kilobytes": Range(2_000_000, 2_400_000),
    "hardware_system_memory_mem_available_kilobytes": Range(4_400_000, 4_900_000),
    "hardware_system_memory_mem_free_kilobytes": Range(1_800_000, 2_200_000),
    "hardware_system_memory_mem_total_kilobytes": Range(8_000_000, 8_000_000),
    "hardware_system_network_eth0_bytes_in_bytes": _count(12_000, 60_000),
    "hardware_system_network_eth0_bytes_out_bytes": _count(24_000, 99_000),
    "hardware_system_network_lo_bytes_in_bytes": _count(500, 5_000),
    "hardware_system_network_lo_bytes_out_bytes": _count(500, 5_000),
    "hardware_system_vm_page_swap_in": _count(0, 0),
    "hardware_system_vm_page_swap_out": _count(0, 0),
}
