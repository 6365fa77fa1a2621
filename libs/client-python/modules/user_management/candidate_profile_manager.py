"""Candidates' names, addresses and the URLs that documents lead to."""

from typing import Any, Dict, Optional

from modules.footfall import Footfall, NotFoundError, part


class CandidateProfileManager(Footfall):
    """Profiles; ``user_id`` may be left out for the default user."""

    def get_candidate_info(self, user_id: str = "default") -> Dict[str, Any]:
        """The profile, with ``first_name``, ``calendly_url`` and so on; NotFoundError for a user that does not exist.

        It may be sent as ``personal`` of a document as it is.
        """
        return self._get(f"/api/candidates/{part(user_id)}")

    def get_calendly_url(self, user_id: str = "default") -> Optional[str]:
        return self.get_candidate_info(user_id)["calendly_url"]

    def get_linkedin_url(self, user_id: str = "default") -> Optional[str]:
        return self.get_candidate_info(user_id)["linkedin_url"]

    def get_portfolio_url(self, user_id: str = "default") -> Optional[str]:
        return self.get_candidate_info(user_id)["portfolio_url"]

    def update_calendly_url(self, calendly_url: Optional[str], user_id: str = "default") -> Dict[str, Any]:
        return self.update_candidate_info(user_id, calendly_url=calendly_url)

    def update_linkedin_url(self, linkedin_url: Optional[str], user_id: str = "default") -> Dict[str, Any]:
        return self.update_candidate_info(user_id, linkedin_url=linkedin_url)

    def update_portfolio_url(self, portfolio_url: Optional[str], user_id: str = "default") -> Dict[str, Any]:
        return self.update_candidate_info(user_id, portfolio_url=portfolio_url)

    def update_candidate_info(self, user_id: str = "default", **change: Optional[str]) -> Dict[str, Any]:
        """Changes the given fields and keeps the others; makes the profile when there is none. None empties a field."""
        path = f"/api/candidates/{part(user_id)}"
        try:
            return self._call("PATCH", path, change)
        except NotFoundError:
            return self._call("PUT", path, change)
