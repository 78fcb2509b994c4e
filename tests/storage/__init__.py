"""What is kept on disk, under the faults a kiosk meets: kills, power cuts, full disks, damage, wrong clocks."""
